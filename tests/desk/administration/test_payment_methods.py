"""Companies by payment methods, and changing many of them: chosen, previewed, asked for, followed, undone."""

import html
import re
import uuid

import pytest

from arportal.mirror.models import Company, CompanyMethod, CreditTerms, Method
from arportal.receivables.companies import together
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership
from tests.desk.conftest import body, ids
from tests.desk.every_verb import fields, text
from tests.whole import only_whole, whole_or

LIST = "/s/demo/companies/methods/"
FORM = "/s/demo/companies/together/"


@pytest.fixture
def browser(browse, admin):
    return browse(admin)


@pytest.fixture
def chosen(store) -> list[Company]:
    """Companies that buy on credit, not on hold."""
    terms = CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False)
    on_credit = Company.objects.filter(store=store, api_id__in=terms.values("api_id")).order_by("api_id")
    return list(on_credit[: whole_or(4, 3)])


@pytest.fixture
def codes(store) -> list[str]:
    return list(
        Method.objects.filter(store=store, gone_at=None).order_by("code").values_list("code", flat=True)
    )


@pytest.fixture
def wish(browser, chosen):
    """The preview of a wish for the chosen companies."""

    def wish(companies=None, methods=None, **typed):
        picked = " ".join(str(company.api_id) for company in companies or chosen)
        switches = {f"method-{code}": to for code, to in (methods or {}).items()}
        return browser.post(FORM, {"company": picked, "step": "preview"} | switches | typed)

    return wish


@pytest.fixture
def ask(browser):
    """Presses the button of a preview, and has the worker do it; the page of the batch."""

    def ask(preview) -> str:
        answer = browser.post(f"{FORM}ask/", fields(text(preview)))
        assert answer.status_code == 303, answer
        batch = re.search(r"together/([0-9a-f-]{36})/", answer["Location"])
        if batch:
            send_batch(batch[1])
        return answer["Location"]

    return ask


def states(companies: list[Company]) -> dict:
    rows = CompanyMethod.objects.filter(company_id__in=[company.api_id for company in companies])
    return {(row.company_id, row.code): row.is_enabled for row in rows}


def at_store(sandbox, companies: list[Company]) -> dict:
    return {
        (company.api_id, row["code"]): row["isEnabled"]
        for company in companies
        for row in sandbox.get(f"/companies/{company.api_id}/payments")
    }


def test_it_works(browser, wish, ask, chosen, codes, sandbox):
    before = at_store(sandbox, chosen)
    code = codes[0]
    company = chosen[0]
    sandbox.put(f"/companies/{company.api_id}/payments", {"payments": [{"code": code, "isEnabled": False}]})
    CompanyMethod.objects.filter(company_id=company.api_id, code=code).update(is_enabled=False)
    before[company.api_id, code] = False
    assert before == states(chosen)
    sandbox.control("DELETE", "requests")
    preview = wish(what="switch", methods={code: "off"})
    page = text(preview)
    others = sum(before[each.api_id, code] for each in chosen)
    assert f"{others} change" in page
    assert "is so already" in page
    assert sandbox.control("GET", "requests") == []

    url = ask(preview)
    assert at_store(sandbox, chosen) == before | {(each.api_id, code): False for each in chosen}
    page = text(browser.get(url))
    assert "All finished" in page
    assert f'value="{others}"' in page
    assert "Undo the whole batch" in page
    assert f'href="{url}"' in text(browser.get(LIST))
    undone = ask(browser.get(f"{url}undo/"))
    assert at_store(sandbox, chosen) == states(chosen) == before
    page = text(browser.get(url))
    assert f'href="{undone}">Taken back' in page
    assert "undo/" not in page
    assert browser.get(f"{url}undo/")["Location"] == undone


@only_whole("test_it_works")
def test_who_has_a_method_is_one_filter(browser, chosen, codes):
    code = codes[0]
    CompanyMethod.objects.filter(code=code).update(is_enabled=True)
    off = {company.api_id for company in chosen[:2]}
    CompanyMethod.objects.filter(code=code, company_id__in=off).update(is_enabled=False)
    assert set(ids(browser.get(f"{LIST}?method=off-{code}"))) == off
    assert not off & set(ids(browser.get(f"{LIST}?method=on-{code}")))
    CreditTerms.objects.filter(api_id=chosen[0].api_id).update(is_on_hold=True)
    assert ids(browser.get(f"{LIST}?method=off-{code}&hold=on")) == [chosen[0].api_id]
    titles = [str(method) for method in Method.objects.all()]
    page = text(browser.get(LIST))
    heads = page.partition("<thead>")[2].partition("</thead>")[0]
    assert all(f">{html.escape(title)}</th>" in heads for title in titles)
    assert 'class="outcome' in page.partition("<tbody>")[2]


def test_all_that_match_at_once(browser, codes):
    """Whole columns: the selection is the filter's, however long the list is."""
    code = codes[0]
    matching = CompanyMethod.objects.filter(code=code, is_enabled=True, gone_at=None).count()
    typed = {"everything": "yes", "query": f"method=on-{code}", "what": "switch", f"method-{code}": "off"}
    page = text(browser.post(FORM, {**typed, "step": "preview"}))
    assert f"Change {matching} companies?" in page


def test_selected_companies_as_a_file_in_the_lists_order(browser, chosen):
    sent = {"company": [company.api_id for company in chosen], "query": "sort=-overdue"}
    lines = body(browser.post("/s/demo/companies/methods/export.csv", sent)).decode().splitlines()
    assert {company.name for company in chosen} <= {line.split(",")[0] for line in lines}


@only_whole("test_it_works")
def test_one_companys_settings_are_copied(wish, ask, chosen, codes, sandbox):
    source, *others = chosen
    some_off = [{"code": code, "isEnabled": number % 2 == 0} for number, code in enumerate(codes)]
    sandbox.put(f"/companies/{source.api_id}/payments", {"payments": some_off})
    for entry in some_off:
        rows = CompanyMethod.objects.filter(company_id=source.api_id, code=entry["code"])
        rows.update(is_enabled=entry["isEnabled"])
    ask(wish(what="copy", source=source.name.upper()))
    wanted = {code: is_on for (company_id, code), is_on in states([source]).items()}
    for other in others:
        assert {code: is_on for (_id, code), is_on in at_store(sandbox, [other]).items()} == wanted
    CreditTerms.objects.filter(api_id=source.api_id).update(terms_enabled=True, terms_days=60)
    ask(wish(others, what="copy-terms", source=f"#{source.api_id}", reason="Like the parent"))
    terms = [sandbox.get(f"/companies/{other.api_id}/payment-terms")["paymentTerms"] for other in others]
    assert terms == [60] * len(others)


@only_whole("test_it_works")
def test_what_an_undo_has_left_can_be_undone(browser, wish, ask, chosen, sandbox):
    url = ask(wish(what="terms", days="45", reason="New contract"))
    undo = browser.post(f"{FORM}ask/", fields(text(browser.get(f"{url}undo/"))))["Location"]
    assert browser.get(f"{url}undo/")["Location"] == undo
    browser.post(f"{undo}cancel/")
    assert "Undo what is left" in text(browser.get(url))
    ask(browser.get(f"{url}undo/"))
    assert all(
        sandbox.get(f"/companies/{each.api_id}/payment-terms")["paymentTerms"] != 45 for each in chosen
    )
    assert "undo/" not in text(browser.get(url))


@only_whole("test_it_works")
def test_terms_and_holds_with_a_reason(browser, wish, ask, chosen, sandbox):
    assert "Give a reason" in text(wish(what="terms", days="45"))
    url = ask(wish(what="terms", days="45", reason="New contract"))
    for company in chosen:
        assert sandbox.get(f"/companies/{company.api_id}/payment-terms")["paymentTerms"] == 45
    assert "Reason: New contract" in text(browser.get(url))
    url = ask(wish(what="hold", reason="60 days late"))
    assert all(sandbox.get(f"/companies/{each.api_id}/credit")["creditHold"] for each in chosen)
    ask(browser.get(f"{url}undo/"))
    assert not any(sandbox.get(f"/companies/{each.api_id}/credit")["creditHold"] for each in chosen)


@only_whole("test_a_preview_that_is_no_longer_true_is_shown_again")
def test_what_was_changed_since_stays(browser, wish, ask, chosen, codes, sandbox):
    """By a colleague at the store while it waits, and after it was done."""
    code, theirs = codes[0], chosen[0]
    CompanyMethod.objects.filter(code=code).update(is_enabled=True)
    for company in chosen:
        sandbox.put(
            f"/companies/{company.api_id}/payments", {"payments": [{"code": code, "isEnabled": True}]}
        )
    preview = wish(what="switch", methods={code: "off"})
    sandbox.put(f"/companies/{theirs.api_id}/payments", {"payments": [{"code": code, "isEnabled": False}]})
    url = ask(preview)
    page = text(browser.get(url))
    assert "have changed since they were shown" in page
    # Undone is what this batch has done, and nothing that was changed again since then.
    again = chosen[1]
    CompanyMethod.objects.filter(company_id=again.api_id, code=code).update(is_enabled=True)
    page = text(browser.get(f"{url}undo/"))
    assert "Put 2 companies back as they were?" in page
    assert "It was changed again since then." in page


def test_a_preview_that_is_no_longer_true_is_shown_again(browser, wish, chosen, codes, sandbox):
    code = codes[0]
    CompanyMethod.objects.filter(code=code).update(is_enabled=True)
    preview = wish(what="switch", methods={code: "off"})
    CompanyMethod.objects.filter(company_id=chosen[0].api_id, code=code).update(is_enabled=False)
    answer = browser.post(f"{FORM}ask/", fields(text(preview)))
    assert answer.status_code == 422
    assert "have changed since they were shown" in text(answer)
    assert f"Change {len(chosen) - 1} companies?" in text(answer)
    assert not Change.objects.exists()


def test_the_same_form_twice_is_one_batch(browser, wish, codes):
    CompanyMethod.objects.filter(code=codes[0]).update(is_enabled=True)
    form = fields(text(wish(what="switch", methods={codes[0]: "off"})))
    first, second = (browser.post(f"{FORM}ask/", form)["Location"] for _click in range(2))
    assert first == second
    count = Change.objects.count()
    browser.post(f"{first}cancel/")
    assert Change.objects.filter(state=Change.State.REFUSED).count() == count > 0
    assert "All finished" in text(browser.get(first))


def test_what_cannot_be_read_is_refused(browser, wish, chosen, codes):
    assert "Choose at least one method" in text(wish(what="switch"))
    assert "There is no such company" in text(wish(what="copy", source="x"))
    assert wish(what="switch", companies=[Company(api_id=0)], methods={codes[0]: "on"}).status_code == 200
    forged = {"batch": str(uuid.uuid4()), "shown": "forged"}
    assert browser.post(f"{FORM}ask/", forged)["Location"] == LIST
    assert browser.post(FORM, {"what": "switch"})["Location"] == LIST
    assert not Change.objects.exists()


def test_controllers_hold_credit_but_switch_no_methods(browse, controller, chosen, codes):
    browser = browse(controller)
    picked = {"company": str(chosen[0].api_id), "step": "preview"}
    page = text(browser.post(FORM, picked))
    assert 'value="hold"' in page
    assert 'value="switch"' not in page
    assert browser.post(FORM, {**picked, "what": "switch", f"method-{codes[0]}": "off"}).status_code == 422
    with pytest.raises(NotAllowed):
        together.ask_together(controller, uuid.uuid4(), "methods", {chosen[0].api_id: ({}, {})})


def test_nobody_sees_or_changes_companies_of_others(browse, admin, chosen, codes):
    own, other = chosen[:2]
    Membership.objects.filter(pk=admin.pk).update(all_companies=False, company_ids=[own.api_id])
    browser = browse(admin)
    assert ids(browser.get(LIST)) == [own.api_id]
    picked = {"company": f"{own.api_id} {other.api_id}", "step": "preview", "what": "copy"}
    for source, words in ((other.api_id, "of which this is known"), (other.name, "There is no such company")):
        assert words in text(browser.post(FORM, {**picked, "source": str(source)}))
    page = text(browser.post(FORM, {**picked, "what": "terms", "days": "5", "reason": "x"}))
    assert other.name not in page
