"""The page of what an admin has set for a company, and the forms behind it."""

import re

import pytest
from django.utils import timezone

from arportal.mirror.models import Buyer, Company, CreditTerms, Watermark
from arportal.mirror.sync.credit_terms import CREDIT, TERMS
from arportal.receivables.models import Change
from tests.desk.every_verb import fields, text
from tests.whole import only_whole, whole_or

PAGES = ("credit", "terms", "status", "parent", "contact")


@pytest.fixture
def on_credit(store) -> Company:
    terms = CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False).order_by("api_id")[
        0
    ]
    return Company.objects.get(store=store, api_id=terms.api_id)


@pytest.fixture
def url(on_credit) -> str:
    return f"/s/demo/companies/{on_credit.api_id}/"


@pytest.fixture
def browser(browse, admin):
    return browse(admin)


@pytest.fixture
def send(browser, url):
    """Sends a form as its page gives it, with what was typed; the page's own fields with `page`."""

    def send(path, page=None, **typed):
        filled = fields(page or text(browser.get(f"{url}{path}/")))
        return browser.post(f"{url}{path}/", {**filled, "reason": "As agreed", "step": "save", **typed})

    return send


def test_it_works(browser, send, url, sandbox, on_credit):
    overview = text(browser.get(f"{url}administration/"))
    for page in PAGES:
        assert f'href="{url}{page}/"' in overview
    on = {"credit_enabled": "on", "available_credit": "1,234.50", "reason": "Grown"}
    preview = text(send("credit", step="preview", **on))
    assert re.search(r"Available credit</th>.*<strong>1,234.50\xa0?.*</strong>", preview, re.DOTALL)
    assert "Grown" in preview
    assert sandbox.writes() == []
    # What is sent is what the preview's own hidden fields say.
    answer = send("credit", preview, reason="Grown")
    assert (answer.status_code, answer["Location"]) == (303, f"{url}administration/")
    assert sandbox.get(f"/companies/{on_credit.api_id}/credit")["availableCredit"] == 1234.5
    overview = text(browser.get(f"{url}administration/"))
    assert "Credit of" in overview
    assert re.search(r"Set credit</a>.*Available credit: .* → .*1,234.50", overview, re.DOTALL)
    assert "Reason: Grown" in overview


@only_whole("test_it_works")
def test_every_form_shows_before_and_after(send, on_credit):
    other = Company.objects.filter(parent_id=None).exclude(pk=on_credit.pk).order_by("-api_id")[0]
    typed = {
        "terms": ({"own_terms_days": "0"}, "0 days"),
        "status": ({"status": "3"}, "Inactive"),
        "parent": ({"company": other.name.upper()}, other.name),
        "contact": ({"phone": "+49 30 1234"}, "+49 30 1234"),
    }
    for path, (form, after) in typed.items():
        assert f"<strong>{after}</strong>" in text(send(path, step="preview", **form)), path
    assert not Change.objects.exists()


@only_whole("test_it_works")
def test_a_person_who_buys(browser, send, url, on_credit, sandbox):
    buyer = Buyer.objects.filter(company_id=on_credit.api_id).order_by("api_id")[0]
    path = f"people/{buyer.api_id}"
    assert f'href="{url}{path}/"' in text(browser.get(f"{url}administration/"))
    answer = send(path, first_name="Ada", role="2")
    assert (answer.status_code, answer["Location"]) == (303, f"{url}administration/")
    assert sandbox.get(f"/users/{buyer.api_id}")["firstName"] == "Ada"
    page = text(browser.get(f"{url}administration/"))
    assert "Edit buyer" in page
    assert "First name: " in page
    other = Buyer.objects.exclude(company_id=on_credit.api_id).exclude(company_id=None)[0]
    assert browser.get(f"{url}people/{other.api_id}/").status_code == 404


@only_whole("test_it_works")
def test_a_person_is_added_and_removed(browser, send, url, on_credit, sandbox):
    ada = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Voss", "role": "2"}
    preview = text(send("people/add", step="preview", **ada))
    assert "<strong>ada@example.com</strong>" in preview
    assert sandbox.writes() == []
    assert send("people/add", preview)["Location"] == f"{url}administration/"
    buyer = Buyer.objects.get(company_id=on_credit.api_id, email="ada@example.com")
    assert sandbox.get(f"/users/{buyer.api_id}")["companyId"] == on_credit.api_id
    assert "buys here already" in text(send("people/add", step="preview", **ada))

    path = f"people/{buyer.api_id}/remove"
    preview = text(send(path, step="preview"))
    assert "can no longer buy" in preview
    assert send(path, preview)["Location"] == f"{url}administration/"
    assert "ada@example.com" not in [user["email"] for user in sandbox.get("/users", limit=250)]
    page = text(browser.get(f"{url}administration/"))
    assert ("Add buyer" in page, "Remove buyer" in page) == (True, True)
    assert browser.get(f"{url}{path}/").status_code == 404


def test_the_last_person_of_a_company_stays(browser, send, url, on_credit, sandbox):
    last, *others = Buyer.objects.filter(company_id=on_credit.api_id).order_by("api_id")
    for other in others:
        sandbox.delete(f"/users/{other.api_id}")
    path = f"people/{last.api_id}/remove"
    sandbox.control("DELETE", "requests")
    if others:
        refused = send(path)
        assert "the last person of a company cannot be removed" in text(refused)
        sandbox.control("DELETE", "requests")
        Buyer.objects.filter(pk__in=[other.pk for other in others]).update(gone_at=timezone.now())
    assert "Nobody else is an admin of it" in text(browser.get(f"{url}{path}/"))
    assert "cannot be removed. Add another one first." in text(send(path, step="preview"))
    assert sandbox.writes() == []


def test_what_is_refused_stands_beside_its_field(send, on_credit, sandbox):
    refused = {
        "credit": ({"credit_enabled": "on", "available_credit": "12x"}, "is not an amount"),
        "terms": ({"own_terms_days": "31"}, "Select a valid choice"),
        "status": ({"status": "2"}, "Select a valid choice"),
        "parent": ({"company": "No such one"}, "There is no such company."),
        "contact": ({"email": "nobody"}, "Enter a valid email address"),
    }
    for path, (form, words) in list(refused.items())[: whole_or(None, 1)]:
        answer = send(path, **form)
        assert answer.status_code == 422, path
        assert words in text(answer), path
    assert "Give a reason" in text(send("contact", phone="1", reason=""))
    assert "Nothing would change" in text(send("contact"))
    assert "one of its subsidiaries" in text(send("parent", company=str(on_credit.api_id)))
    assert sandbox.writes() == []


def test_what_the_person_left_alone_is_not_undone(send, browser, url, sandbox, on_credit):
    page = text(browser.get(f"{url}contact/"))
    theirs = {"companyPhone": "+49 30 77", "companyEmail": "theirs@example.com"}
    sandbox.put(f"/companies/{on_credit.api_id}", theirs)
    answer = text(send("contact", page, email="ours@example.com"))
    assert (fields(answer)["phone"], fields(answer)["email"]) == ("+49 30 77", "ours@example.com")
    assert "Changed meanwhile to “theirs@example.com”" in answer
    assert send("contact", answer).status_code == 303
    company = sandbox.get(f"/companies/{on_credit.api_id}")
    assert (company["companyPhone"], company["companyEmail"]) == ("+49 30 77", "ours@example.com")


@only_whole("desk/test_when_busy.py::test_what_has_changed_by_then_is_left_as_it_is")
def test_somebody_else_was_faster(send, browser, url, sandbox, on_credit):
    now = sandbox.get(f"/companies/{on_credit.api_id}/payment-terms")["paymentTerms"]
    theirs, ours = [days for days in (45, 30, 15) if days != now][:2]
    page = text(browser.get(f"{url}terms/"))
    sandbox.put(f"/companies/{on_credit.api_id}/payment-terms", {"isEnabled": True, "paymentTerms": theirs})
    sandbox.control("DELETE", "requests")
    answer = send("terms", page, own_terms_days=str(ours))
    assert (answer.status_code, sandbox.writes()) == (422, [])
    assert "has changed since it was shown" in text(answer)
    # Sent once more, it is about what is there now.
    assert send("terms", text(answer), own_terms_days=str(ours)).status_code == 303
    assert Change.objects.get().before == {"own_terms_days": theirs}


@only_whole("desk/companies/test_company_terms.py::test_off_for_everybody")
def test_what_is_off_for_the_store_is_said_to_be_off(browser, url, store, sandbox):
    sandbox.control("PUT", "quirks", {"store_credit": "off", "store_terms": "off"})
    for path, words in (("credit", "credit is switched off"), ("terms", "payment terms are switched off")):
        assert words in text(browser.get(f"{url}{path}/"))
    for resource in (CREDIT, TERMS):
        Watermark.objects.update_or_create(
            store=store, resource=resource, defaults={"off_since": timezone.now()}
        )
    page = text(browser.get(f"{url}administration/"))
    assert page.count("Off at this store") == 2
    assert f'{url}credit/"' not in page


def test_no_name_of_a_company_that_one_may_not_see(admin, browse, url, on_credit):
    parent = Company.objects.filter(parent_id=None).exclude(pk=on_credit.pk)[0]
    Company.objects.filter(pk=on_credit.pk).update(parent_id=parent.api_id)
    type(admin).objects.filter(pk=admin.pk).update(all_companies=False, company_ids=[on_credit.api_id])
    page = text(browse(admin).get(f"{url}administration/"))
    assert f"#{parent.api_id}" in page
    assert parent.name not in page
