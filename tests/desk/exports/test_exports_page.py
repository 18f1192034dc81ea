"""Exporting PDFs on pages: choosing, watching, fetching, and who may."""

import datetime as dt
import io
import re
import uuid
import zipfile

import pytest
from django.utils import timezone

from arportal.documents import tasks
from arportal.documents.exports.estimates import TELLING
from arportal.documents.models import Export, ExportItem
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership
from tests.whole import only_whole

AT = "/s/demo/exports/"


@pytest.fixture
def chosen(store) -> list[int]:
    return list(Invoice.objects.filter(store=store).order_by("api_id").values_list("api_id", flat=True)[:3])


@pytest.fixture
def browser(browse, viewer):
    return browse(viewer)


@pytest.fixture
def cache(settings, tmp_path) -> None:
    settings.PDF_CACHE = tmp_path


@pytest.fixture
def asked(browser, chosen, cache) -> Export:
    """Three invoices, under way."""
    browser.post(f"{AT}start/", wanted(chosen))
    return Export.objects.get()


@pytest.fixture
def ready(asked) -> Export:
    tasks.work_on_export(export_id=str(asked.pk), lane=1)
    tasks.pack_export(export_id=str(asked.pk))
    return asked


def wanted(chosen, **more) -> dict:
    ids = " ".join(map(str, chosen))
    return {"invoice": ids, "export_id": uuid.uuid4(), "source": "store", "shape": "zip"} | more


def text(answer) -> str:
    return answer.content.decode()


def test_it_works(ready, browser, chosen):
    page = text(browser.get(f"{AT}{ready.pk}/"))
    assert "3 PDFs" in page
    assert ready.archive.sha256 in page
    answer = browser.get(f"{AT}{ready.pk}/file/")
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content) == ready.archive.size
    assert answer["Content-Disposition"].endswith('.zip"')
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 4
    # The list beside it, and none of failures where nothing failed.
    answer = browser.get(f"{AT}{ready.pk}/manifest.csv")
    assert answer.content == bytes(ready.archive.manifest)
    assert answer["Content-Type"].startswith("text/csv")
    assert "failures.csv" not in page
    assert browser.get(f"{AT}{ready.pk}/failures.csv").status_code == 404
    # A finished one is not looked at again.
    fragment = text(browser.get(f"{AT}{ready.pk}/?said=90", headers={"HX-Request": "true"}))
    assert "hx-trigger" not in fragment
    assert "The export is ready." in fragment
    week = text(browser.get(AT))
    assert "3 / 3" in week
    assert str(ready.pk) in week


@only_whole("test_all_that_a_filter_matches")
def test_the_form_says_what_and_how_long(browser, chosen):
    answer = browser.post(f"{AT}new/", {"invoice": chosen})
    assert answer.status_code == 200
    assert "Export the PDFs of 3 invoices" in text(answer)
    assert "Selected by hand" in text(answer)
    assert text(answer).count("told better once the first files are done.") == 2
    assert "About" not in text(answer)


def test_all_that_a_filter_matches(browser, store):
    count = Invoice.objects.filter(store=store).outstanding().count()
    for answer in (
        browser.get(f"{AT}new/?status=unpaid"),
        browser.post(f"{AT}new/", {"everything": "1", "query": "status=unpaid"}),
    ):
        assert f"PDFs of {count} invoices" in text(answer)
        assert "Status: Unpaid" in text(answer)
    browser.post(f"{AT}start/", wanted([], everything="1", query="status=unpaid&sort=number"))
    numbers = list(Export.objects.get().items.order_by("position").values_list("number", flat=True))
    assert (len(numbers), numbers) == (count, sorted(numbers))


@only_whole("test_a_refused_form_comes_back_filled")
def test_nothing_that_could_be_exported(browser):
    assert "No exports in the last seven days" in text(browser.get(AT))
    for sent in ({}, {"invoice": "x"}, {"everything": "1", "query": "sort=nonsense"}):
        answer = browser.post(f"{AT}new/", sent, follow=True)
        assert answer.redirect_chain[0][0].startswith("/s/demo/invoices/"), sent
        assert 'class="note error"' in text(answer), sent


def test_a_refused_form_comes_back_filled(browser, chosen):
    answer = browser.post(f"{AT}start/", wanted(chosen, source="both"))
    assert answer.status_code == 422
    assert f'value="{" ".join(map(str, chosen))}"' in text(answer)
    assert "Select a valid choice" in text(answer)


def test_what_the_rules_refuse_is_said_at_its_place(browser, chosen, monkeypatch):
    monkeypatch.setattr("arportal.documents.exports.create.MOST", 2)
    answer = browser.post(f"{AT}start/", wanted(chosen))
    assert answer.status_code == 422
    assert "at most 2" in text(answer)


@only_whole("test_what_the_rules_refuse_is_said_at_its_place")
def test_too_many_are_told_before_they_are_asked_for(browser, monkeypatch):
    for module in ("form", "page"):
        monkeypatch.setattr(f"arportal.desk.exports.{module}.MOST", 2)
    page = text(browser.get(f"{AT}new/"))
    assert "more than 2 invoices" in page
    assert "in parts" in page
    assert "Start the export" not in page


def test_a_double_click_is_one_export(browser, chosen):
    form = wanted(chosen)
    addresses = {browser.post(f"{AT}start/", form)["Location"] for _ in range(2)}
    assert addresses == {f"{AT}{Export.objects.get().pk}/"}


def test_the_progress_looks_again_by_itself_while_there_is_some(
    asked, browser, django_assert_max_num_queries
):
    # There is nothing to fetch before it is ready.
    for path in ("file/", "manifest.csv", "failures.csv"):
        assert browser.get(f"{AT}{asked.pk}/{path}").status_code == 404, path
    with django_assert_max_num_queries(14):
        fragment = text(browser.get(f"{AT}{asked.pk}/?said=0", headers={"HX-Request": "true"}))
    assert "per cent" not in fragment  # What was said is not said again.
    page = text(browser.get(f"{AT}{asked.pk}/"))
    assert "0 of 3" in page
    assert 'hx-trigger="every 2s"' in page
    asked.items.filter(position=1).update(state="done")
    fragment = text(browser.get(f"{AT}{asked.pk}/?said=0", headers={"HX-Request": "true"}))
    assert "<html" not in fragment
    assert "1 of 3" in fragment
    assert "30 per cent done" in fragment


@only_whole("test_the_progress_looks_again_by_itself_while_there_is_some")
def test_how_long_it_may_still_take_is_told_as_rough_until_the_first_files_are_done(asked, browser):
    page = f"{AT}{asked.pk}/"
    Export.objects.update(total=100, began_at=timezone.now() - dt.timedelta(seconds=50))
    first = asked.items.get(position=1)
    asked.items.filter(pk=first.pk).update(state="done", settled_at=timezone.now())
    assert re.search(r"roughly \d+ \w+ left", text(browser.get(page)))
    asked.items.bulk_create(
        ExportItem(
            export=asked,
            invoice_id=900_000 + number,
            position=10 + number,
            number=number,
            filename=f"{number}.pdf",
            state="done",
            settled_at=timezone.now(),
        )
        for number in range(TELLING)
    )
    assert re.search(r"about \d+ \w+ left", text(browser.get(page)))


@only_whole("test_it_works")
def test_the_failures_are_listed_and_tried_again(asked, browser, sandbox, chosen):
    sandbox.fault("500", path=f"/invoices/{chosen[0]}/download-pdf", probability=1)
    tasks.work_on_export(export_id=str(asked.pk), lane=1)
    tasks.pack_export(export_id=str(asked.pk))
    page = text(browser.get(f"{AT}{asked.pk}/"))
    assert "1 of 3 PDFs is missing" in page
    assert "Retry the failure<" in page
    assert f'/s/demo/invoices/{chosen[0]}/"' in page
    browser.post(f"{AT}{asked.pk}/carry-on/")
    asked.refresh_from_db()
    assert asked.state == "running"
    assert "Finished earlier" in text(browser.get(f"{AT}{asked.pk}/"))


@only_whole("test_it_works")
def test_cancelled_and_carried_on(asked, browser):
    browser.post(f"{AT}{asked.pk}/cancel/")
    assert "Cancelled by Viewer." in text(browser.get(f"{AT}{asked.pk}/"))
    assert "no longer under way" in text(browser.post(f"{AT}{asked.pk}/cancel/", follow=True))
    browser.post(f"{AT}{asked.pk}/carry-on/")
    assert "0 of 3" in text(browser.get(f"{AT}{asked.pk}/"))


@only_whole("test_it_works")
def test_the_link_works_for_who_may_see_every_company_in_it(ready, browse, clerk, books):
    own = list(ready.company_ids)
    places = [f"{AT}{ready.pk}/{path}" for path in ("", "file/", "manifest.csv")]
    for companies, status in ((own, 200), (own[1:], 404), ([], 404)):
        Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=companies)
        assert {browse(clerk).get(place).status_code for place in places} == {status}
        assert (str(ready.pk) in text(browse(clerk).get(AT))) == (status == 200)
    # In another store it does not exist.
    outsider = browse(books)
    for path in ("", "file/", "manifest.csv"):
        assert outsider.get(f"/s/books/exports/{ready.pk}/{path}").status_code == 404
    assert str(ready.pk) not in text(outsider.get("/s/books/exports/"))


def test_another_auditors_export_is_not_theirs_to_steer(asked, browse, clerk, viewer):
    Export.objects.update(actor=clerk)
    for verb in ("cancel", "carry-on"):
        assert browse(viewer).post(f"{AT}{asked.pk}/{verb}/").status_code == 403, verb
    offered = [
        f"{AT}{asked.pk}/cancel/" in text(browse(who).get(f"{AT}{asked.pk}/")) for who in (clerk, viewer)
    ]
    assert offered == [True, False]


def test_hostile_names_are_only_text(asked, browser):
    asked.items.filter(position=1).update(state="failed", number="<b>1</b>", reason="<script>")
    Export.objects.update(words="<i>all</i>")
    page = text(browser.get(f"{AT}{asked.pk}/"))
    assert not any(markup in page for markup in ("<b>1", "<script>", "<i>all"))
    assert "&lt;script&gt;" in page
