"""The activity of a store: all that people did, seen by those whom it concerns."""

import uuid

import pytest
from allauth.mfa.signals import authenticator_added
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arportal.mirror.models import Company
from arportal.receivables.models import Change
from arportal.stores import invitations, people
from arportal.stores.activity import Kind, new_row, record
from arportal.stores.models import Activity, Role
from arportal.stores.people import Access
from tests.desk.conftest import body
from tests.receivables.asking import ask
from tests.whole import only_whole, whole_or

PAGE = "/s/demo/activity/"


@pytest.fixture
def happened(clerk, admin, open_invoices) -> Change:
    """A Change of the company, one of another company, an export, and a new role."""
    invoice = open_invoices[0]
    other = Company.objects.filter(store=clerk.store).exclude(api_id=invoice.company_id).first()
    change = ask(
        clerk,
        uuid.uuid4(),
        Change.Verb.EDIT_INVOICE,
        company_id=invoice.company_id,
        target_id=invoice.api_id,
        before={"po_number": "1"},
        after={"po_number": "77"},
    )
    ask(clerk, uuid.uuid4(), Change.Verb.SWITCH_METHODS, company_id=other.api_id)
    record(clerk, Kind.EXPORT, "=Orders as CSV")
    record(admin, Kind.PERSON, "Made Bo a controller")
    return change


def seen(browser, query: str = "") -> set[str]:
    page = browser.get(PAGE + query).content.decode()
    words = {
        "Edit invoice",
        "PO number: 1 → 77",
        "Change payment methods",
        "=Orders as CSV",
        "Made Bo a controller",
    }
    return {each for each in words if f">{each}<" in page or f"{each}</" in page}


def test_it_works(happened, admin, clerk, browse, company, open_invoices):
    browser, number = browse(admin), open_invoices[0].number
    everything = {
        "Edit invoice",
        "PO number: 1 → 77",
        "Change payment methods",
        "=Orders as CSV",
        "Made Bo a controller",
    }
    edit = {"Edit invoice", "PO number: 1 → 77"}
    queries = {
        "": everything,
        f"?company={company.name}": edit,
        "?person=clerk": everything - {"Made Bo a controller"},
        "?kind=person": {"Made Bo a controller"},
        f"?document=invoice-{open_invoices[0].api_id}": edit,
        f"?document=company-{company.api_id}": edit,
        "?document=invoice-": set(),
        f"?q={number}": edit,
        f"?q=%23{open_invoices[0].api_id}": edit,
        f"?q={'9' * 30}": set(),
        "?q=ord as": {"=Orders as CSV"},
        "?last=2020-01-01": set(),
    }
    some = ("", f"?company={company.name}", "?kind=person", f"?q={number}")
    queries = whole_or(queries, {query: queries[query] for query in some})
    wrong = {query: got for query, expected in queries.items() if (got := seen(browser, query)) != expected}
    assert wrong == {}
    file = body(browser.get("/s/demo/activity/export.csv")).decode()
    assert "Edit invoice (PO number: 1 → 77)" in file
    assert "'=Orders as CSV" in file
    left = Activity.objects.get(kind=Kind.EXPORT, words__startswith="Activity")
    assert (left.actor, left.words[-4:], left.details["address"]) == (
        admin,
        ".csv",
        "/s/demo/activity/export.csv",
    )


@only_whole("test_it_works")
def test_a_rare_word_is_looked_up_among_many_rows(happened, admin, browse, open_invoices):
    """A million rows take 0.03 s so, and took 5 s read one by one."""
    rows = (new_row(admin.store, Kind.EXPORT, f"Export number {number}") for number in range(3_000))
    Activity.objects.bulk_create(rows)
    browser, number = browse(admin), open_invoices[0].number
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_activity")
        for query in (f"q={number}", "q=nothing", "q=%2377", "person=nobody"):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(f"{PAGE}?{query}").status_code == 200
            searches = [each["sql"] for each in queries if "mirror_words_begin" in each["sql"]]
            cursor.execute(f"EXPLAIN {searches[0]}")
            assert "on activity_words" in str(cursor.fetchall()), query


def test_a_new_document_is_found_by_its_change(clerk, admin, browse, company):
    change = ask(clerk, uuid.uuid4(), Change.Verb.CREATE_INVOICE, company_id=company.api_id)
    record(clerk.store, Kind.OUTCOME, "Done", about="invoice", about_id=991, change_id=change.pk)
    page = browse(admin).get(f"{PAGE}?document=invoice-991").content.decode()
    assert ("Create invoice" in page, ">Done<" in page) == (True, False)


def test_the_number_of_a_buyer_finds_no_company(admin, browse, company, open_invoices):
    """Once a buyer's number stood in a row as its company's; such rows are sealed, and stay as they are."""
    buyer = open_invoices[0].api_id  # Any number that is also another thing's.
    removal = ask(admin, uuid.uuid4(), Change.Verb.REMOVE_BUYER, company_id=company.api_id, target_id=buyer)
    told = Activity.objects.get(change_id=removal.pk)
    assert (told.about, told.about_id) == (Activity.About.COMPANY, company.api_id)
    before = {"company_id": company.api_id, "about": "company", "about_id": buyer}
    record(admin, Kind.CHANGE, "Edit buyer", **before)
    ask(admin, uuid.uuid4(), Change.Verb.EDIT_INVOICE, company_id=company.api_id, target_id=buyer)

    def found(number: int) -> set[str]:
        page = browse(admin).get(f"{PAGE}?q=%23{number}").content.decode()
        return {words for words in ("Remove buyer", "Edit buyer", "Edit invoice") if f">{words}<" in page}

    assert found(buyer) == {"Edit invoice"}
    assert found(company.api_id) == {"Remove buyer", "Edit buyer"}


def test_people_see_what_concerns_them(happened, clerk, viewer, controller, browse):
    edit = {"Edit invoice", "PO number: 1 → 77"}
    business = {*edit, "Change payment methods", "=Orders as CSV"}
    assert (seen(browse(viewer)), seen(browse(controller))) == (business, {*business, "Made Bo a controller"})
    for person in (clerk, viewer, controller):
        person.all_companies, person.company_ids = False, [happened.company_id]
        person.save()
    assert seen(browse(clerk)) == {*edit, "=Orders as CSV"}
    assert (seen(browse(viewer)), seen(browse(controller))) == (edit, edit)


def test_signing_in_and_out_is_written_down(admin, client):
    sign_in = {"login": "admin@example.com", "password": "wrong-password"}
    client.post("/accounts/login/", sign_in)
    client.post("/accounts/login/", sign_in | {"login": "nobody@example.com"})
    client.post("/accounts/login/", sign_in | {"password": "arportal-demo"})
    client.post("/accounts/logout/")
    rows = Activity.objects.filter(store=admin.store).order_by("pk")
    assert list(rows.values_list("kind", "actor", "who")) == [
        (Kind.SIGN_IN_FAILED, None, ""),
        (Kind.SIGN_IN, admin.pk, "Admin"),
        (Kind.SIGN_OUT, admin.pk, "Admin"),
    ]


def test_what_is_done_about_people_is_written_down(admin, clerk, client):
    invitation = invitations.invite(admin, "bo@example.com", Access(Role.VIEWER))
    invitations.accept_as_new(invitations.token_of(invitation), "Bo Viewer", "a long enough secret")
    other = invitations.invite(admin, "li@example.com", Access(Role.CLERK, False, (1, 2)))
    invitations.withdraw(admin, other.pk)
    people.change_access(admin, clerk.pk, Access(Role.CONTROLLER))
    people.deactivate(admin, clerk.pk)
    people.reactivate(admin, clerk.pk)
    client.force_login(admin.user)
    password = {
        "oldpassword": "arportal-demo",
        "password1": "another long secret",
        "password2": "another long secret",
    }
    assert client.post("/accounts/password/change/", password).status_code == 302
    Authenticator = apps.get_model("mfa", "Authenticator")
    key = Authenticator(user=admin.user, type="totp", data={})
    authenticator_added.send(Authenticator, request=None, user=admin.user, authenticator=key)
    rows = Activity.objects.filter(kind=Kind.PERSON).order_by("pk")
    assert list(rows.values_list("who", "words")) == [
        ("Admin", "Invited bo@example.com: Viewer, every company"),
        ("Bo Viewer", "Accepted the invitation: Viewer, every company"),
        ("Admin", "Invited li@example.com: AR clerk, 2 companies"),
        ("Admin", "Withdrew the invitation of li@example.com"),
        ("Admin", "AR clerk: AR clerk, every company → Controller, every company"),
        ("Admin", "Deactivated AR clerk"),
        ("Admin", "Reactivated AR clerk"),
        ("Admin", "Changed the password"),
        ("Admin", "Set up a second factor: TOTP Authenticator"),
    ]
