"""The repair queue, as controllers see it."""

import re
import uuid
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.desk.overview.to_dos import to_dos
from arportal.mirror.models import Invoice
from arportal.receivables.models import Change, Discrepancy, Reconciliation
from arportal.receivables.reconciliation.reconcile import reconcile_store
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store
from tests.whole import only_whole

Kind, State = Discrepancy.Kind, Change.State


@pytest.fixture
def recorded(clerk, open_invoices) -> Change:
    return recorded_at_the_store(clerk, open_invoices[0], Decimal(3))


@pytest.fixture
def double(recorded, sandbox, store) -> Discrepancy:
    again_at_the_store(sandbox, recorded)
    reconcile_store(store)
    return Discrepancy.objects.get(kind=Kind.DOUBLE)


@pytest.fixture
def browser(controller, browse):
    return browse(controller)


def text(browser, found=None) -> str:
    answer = browser.get(f"/s/demo/repairs/{found.pk}/" if found else "/s/demo/repairs/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.content.decode()))


def filled_form(browser, found, payment_id) -> tuple[str, dict[str, str]]:
    """Where the form of one of the payments is sent, and what it holds."""
    page = browser.get(f"/s/demo/repairs/{found.pk}/").content.decode()
    address = f"/s/demo/repairs/{found.pk}/payments/{payment_id}/delete/"
    form = page[page.index(address) :]
    hidden = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)[1] for name in ("change_id", "seen")
    }
    return address, hidden | {"reason": "there twice", "sure": "on"}


def press_delete(browser, found, payment_id, **given):
    address, form = filled_form(browser, found, payment_id)
    return browser.post(address, form | given)


def test_it_works(double, browser, sandbox, open_invoices):
    kept, extra = double.payment_ids
    invoice = Invoice.objects.get(pk=open_invoices[0].pk)
    shown = text(browser, double)
    # What each balance will be.
    for words in (invoice.number, f"{invoice.open_balance:,.2f}", f"{invoice.open_balance + 3:,.2f}"):
        assert words in shown
    assert "The store has it 2 times" in shown
    assert f"Delete payment #{kept}" in shown
    assert f"Delete payment #{extra}" in shown
    answer = press_delete(browser, double, extra)
    assert answer.headers["Location"] == f"/s/demo/repairs/{double.pk}/"
    assert "Repaired" in text(browser, double)
    held = sandbox.get("/ip/payments", searchBy="externalId", q=str(double.external_id))
    assert [each["id"] for each in held] == [kept]


@only_whole("test_it_works")
def test_nothing_is_deleted_untold(double, browser, sandbox):
    sandbox.control("DELETE", "requests")
    answer = press_delete(browser, double, double.payment_ids[1], sure="")
    assert answer.status_code == 422
    assert "Tick this to continue" in answer.content.decode()
    # The reason stays in a form that comes back.
    assert answer.content.decode().count('value="there twice"') == 1
    assert press_delete(browser, double, double.payment_ids[1], reason="").status_code == 422
    assert sandbox.writes() == []


@only_whole("test_it_works")
def test_a_double_click(double, browser, sandbox):
    address, form = filled_form(browser, double, double.payment_ids[1])
    assert [browser.post(address, form).status_code for _ in range(2)] == [303, 303]
    assert [each["method"] for each in sandbox.writes()].count("DELETE") == 1


@only_whole("receivables/payments/test_delete_payment.py::test_what_is_refused")
def test_a_payment_that_has_gone_meanwhile(double, browser, sandbox):
    address, form = filled_form(browser, double, double.payment_ids[1])
    sandbox.delete(f"/ip/payments/{double.payment_ids[1]}")
    answer = browser.post(address, form)
    assert answer.status_code == 422
    assert "no longer" in answer.content.decode()


@only_whole("test_it_works")
def test_leaving_it(double, browser, controller, clerk, browse):
    count = r'repairs/"[^>]*>.{0,900}?Repairs <span class="count">1</span>'
    assert re.search(count, browser.get("/s/demo/").content.decode(), re.DOTALL)
    assert "/s/demo/repairs/" not in browse(clerk).get("/s/demo/").content.decode()
    assert [each.url for each in to_dos(controller)][-1] == "/s/demo/repairs/"
    assert "/s/demo/repairs/" not in [each.url for each in to_dos(clerk)]
    address = f"/s/demo/repairs/{double.pk}/leave/"
    refused = browser.post(address, {"note": ""})
    assert refused.status_code == 422
    assert "Give a reason" in refused.content.decode()
    assert browser.post(address, {"note": "two cheques"}).status_code == 303
    shown = text(browser)
    assert "Nothing to repair" in shown
    assert "two cheques" in shown
    assert "/s/demo/repairs/" not in browser.get("/s/demo/").content.decode()


@only_whole("test_it_works")
def test_the_store_cannot_be_asked_and_of_other_companies_nothing_is_seen(
    double, controller, browser, sandbox
):
    sandbox.fault("500", method="GET", count=9)
    shown = text(browser, double)
    assert "cannot be reached" in shown
    assert "Delete payment" not in shown
    assert "Leave as is" in shown
    controller.all_companies, controller.company_ids = False, [1]
    controller.save()
    assert browser.get(f"/s/demo/repairs/{double.pk}/").status_code == 404
    assert browser.post(f"/s/demo/repairs/{double.pk}/leave/", {"note": "x"}).status_code == 404
    assert "Nothing to repair" in text(browser)


KINDS = [
    (Kind.UNWANTED, "was told that it was not done (The store was closed). The store has it"),
    (Kind.DIFFERS, "the store has something else"),
    (Kind.MISSING, "the store no longer has it"),
    (Kind.STUCK, "has not told what became of it"),
]


@only_whole("test_it_works")
@pytest.mark.parametrize(
    ("kind", "words"),
    KINDS,
)
def test_each_kind_in_plain_words(recorded, store, browser, sandbox, kind, words):
    change = Change.objects.filter(pk=recorded.pk)
    match kind:
        case Kind.UNWANTED:
            change.update(state=State.REFUSED, error="The store was closed.")
        case Kind.DIFFERS:
            change.update(payload=recorded.payload | {"lines": [{"invoice_id": 1, "amount": "9"}]})
        case Kind.MISSING:
            sandbox.delete(f"/ip/payments/{recorded.target_id}")
        case Kind.STUCK:
            change.update(state=State.UNKNOWN, asked_at="2026-11-01T00:00Z")
    reconcile_store(store)
    found = Discrepancy.objects.open().get()
    assert found.kind == kind
    assert words in text(browser, found)
    assert found.get_kind_display() in text(browser)


@only_whole("test_it_works")
def test_a_stranger(recorded, store, browser, sandbox):
    unknown = uuid.uuid4()
    again_at_the_store(sandbox, recorded, externalId=str(unknown), details={"memo": f"[{unknown.hex[:8]}]"})
    reconcile_store(store)
    assert "nothing here has its id" in text(browser, Discrepancy.objects.get())


def test_compare_now(store, browser, controller):
    answer = browser.post("/s/demo/repairs/compare/", follow=True)
    assert "within a few seconds" in answer.content.decode()
    assert "already waiting" in browser.post("/s/demo/repairs/compare/", follow=True).content.decode()
    jobs = ProcrastinateJob.objects.filter(task_name="arportal.receivables.tasks.sweep_store")
    assert [job.args for job in jobs] == [{"store_id": store.pk, "asked_for_by": controller.pk}]


def test_a_comparison_under_way_and_one_that_failed(store, browser):
    shown = text(browser)
    assert "Not compared yet" in shown
    assert "Nothing to repair" in shown
    Reconciliation.objects.create(store=store)
    assert "Comparing now" in text(browser)
    Reconciliation.objects.update(finished_at="2026-11-23T09:00Z", problem="It hailed.")
    shown = text(browser)
    assert "there may be more" in shown
    assert "It hailed." in shown


@only_whole("desk/test_permissions.py::test_each_role_enters_where_it_may")
def test_the_sync_page_leads_there(browser, browse, clerk):
    assert "/s/demo/repairs/" in browser.get("/s/demo/sync/").content.decode()
    assert "/s/demo/repairs/" not in browse(clerk).get("/s/demo/sync/").content.decode()
