"""Notes, promises and disputes on their pages: what is asked first, and where they are seen afterwards."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.utils import timezone

from arportal.mirror.models import Company, Invoice
from arportal.receivables.models import CompanyBalance, Dispute, Note, PromiseToPay
from arportal.stores.models import Membership
from tests.whole import only_whole

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(browse, clerk):
    return browse(clerk)


@pytest.fixture
def home(company) -> str:
    return f"/s/demo/companies/{company.api_id}/"


def words(answer) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def typed(**fields) -> dict:
    return {"change_id": str(uuid.uuid4()), **fields}


@only_whole("test_a_restricted_person_learns_nothing_of_other_companies")
def test_a_note_with_a_next_action(desk, home, clerk, today):
    assert "Nothing has been written down" in words(desk.get(home))
    form = typed(text="Called Ann", action_on=str(today - DAY), person=clerk.pk)
    assert "This day is over." in words(desk.post(f"{home}notes/add/", form))
    form["action_on"] = str(today)
    for _twice in range(2):
        answer = desk.post(f"{home}notes/add/", form)
        assert answer["Location"] == f"{home}#collections"
    note = Note.objects.get()
    page = words(desk.get(home))
    assert "Called Ann" in page
    assert "Next actions for today" in words(desk.get("/s/demo/"))
    mine = "/s/demo/worklist/actions/?state=to-do&person=me"
    assert "Called Ann" in words(desk.get(mine))
    assert desk.post(f"/s/demo/worklist/actions/{note.pk}/done/").status_code == 303
    assert "Called Ann" not in words(desk.get(mine))
    assert "Action done" in words(desk.get(home))


def test_a_promise_is_previewed_written_down_and_withdrawn(desk, home, company, open_invoices, today):
    first, second = open_invoices[:2]
    owed = round(first.open_balance, 2)
    url = f"{home}promises/add/"
    form_page = desk.get(f"{url}?pick={first.api_id}").content.decode()
    assert re.search(rf'value="{first.api_id}" checked', form_page)
    assert not re.search(rf'value="{second.api_id}" checked', form_page)
    form = typed(amount=f"{owed + 1}", pay_by=str(today), invoice=[first.api_id], text="Ann", step="ask")
    url += f"?currency={first.currency}"
    refused = desk.post(url, form)
    assert (refused.status_code, "more than is open" in words(refused)) == (422, True)
    assert re.search(rf'value="{first.api_id}" checked', refused.content.decode())
    form["amount"] = str(owed)
    preview = desk.post(url, form)
    assert "Write down this promise?" in words(preview)
    assert f'name="invoice" value="{first.api_id}"' in preview.content.decode()
    assert not PromiseToPay.objects.exists()
    assert desk.post(url, form | {"step": "back"}).status_code == 200
    assert desk.post(url, form | {"step": "save"}).status_code == 303
    promise = PromiseToPay.objects.get()
    assert (promise.invoice_ids, promise.amount, promise.pay_by) == ([first.api_id], owed, today)
    assert "promised by" in words(desk.get(home))
    assert "Promises for today" in words(desk.get("/s/demo/"))
    listed = words(desk.get("/s/demo/promises/", {"state": "open", "company": company.name}))
    assert "1 row " in listed
    withdraw = f"/s/demo/promises/{promise.pk}/withdraw/"
    assert desk.post(withdraw, typed(reason="")).status_code == 422
    assert desk.post(withdraw, typed(reason="wrong company")).status_code == 303
    assert "wrong company" in words(desk.get(home))
    assert "is not open any more" in words(desk.post(withdraw, typed(reason="again")))


@only_whole("test_a_promise_is_previewed_written_down_and_withdrawn")
def test_a_dispute_is_previewed_opened_and_resolved(desk, home, open_invoices):
    invoice = open_invoices[0]
    page, url = f"/s/demo/invoices/{invoice.api_id}/", f"/s/demo/invoices/{invoice.api_id}/dispute/"
    assert f'href="{url}"' in desk.get(page).content.decode()
    form = typed(amount=f"{invoice.open_balance + 1:.2f}", reason="price", text="agreed on less", step="ask")
    assert "more than is open on the invoice" in words(desk.post(url, form))
    form["amount"] = f"{invoice.open_balance:.2f}"
    assert "not even for the part" in words(desk.post(url, form))
    assert not Dispute.objects.exists()
    for _twice in range(2):
        assert desk.post(url, form | {"step": "save"}).status_code == 303
    dispute = Dispute.objects.get()
    assert "In dispute since" in words(desk.get(page))
    assert f'href="{url}"' not in desk.get(page).content.decode()
    assert "in dispute already" in words(desk.post(url, form | typed()))
    assert "in dispute" in words(desk.get(home))
    resolve = f"/s/demo/promises/disputes/{dispute.pk}/resolve/"
    done = typed(outcome="rejected", reason="proof of delivery")
    assert desk.post(resolve, done).status_code == 303
    assert "proof of delivery" in words(desk.get(home))
    assert "resolved this dispute meanwhile" in words(desk.post(resolve, done))
    assert "The amount is due" in words(desk.get("/s/demo/promises/disputes/?state=resolved"))


@only_whole("test_a_restricted_person_learns_nothing_of_other_companies")
def test_the_worklist_says_why(desk, home, company):
    text = words(desk.get("/s/demo/worklist/"))
    assert "No contact written down yet" in text
    assert "days late" in text
    debtor = CompanyBalance.objects.filter(store=company.store, overdue__gt=0).first()
    name = Company.objects.get(store=company.store, api_id=debtor.company_id).name
    assert html.escape(name) in words(desk.get("/s/demo/worklist/", {"company": name}))
    assert "Nothing matches" in words(desk.get("/s/demo/worklist/?action=today"))


@only_whole("test_a_restricted_person_learns_nothing_of_other_companies")
def test_what_could_be_done_is_suggested_and_a_person_decides(browse, controller, viewer, store):
    late = CompanyBalance.objects.filter(
        store=store, overdue__gt=0, oldest_due_on__lt=store.today(timezone.now()) - 61 * DAY
    )
    pages = [
        (words(page), page.content.decode())
        for company_id in late.values_list("company_id", flat=True)
        for page in [browse(controller).get(f"/s/demo/companies/{company_id}/")]
    ]
    assert all("Suggested:" in text for text, _markup in pages)
    holds = [markup for text, markup in pages if "Suggested: Put credit on hold" in text]
    assert holds
    assert all('/credit/hold/">Put credit on hold</a>' in markup for markup in holds)


def test_a_restricted_person_learns_nothing_of_other_companies(desk, clerk, company, home, open_invoices):
    invoice = open_invoices[0]
    desk.post(f"{home}notes/add/", typed(text="secret", action_on=str(clerk.store.today(timezone.now()))))
    saved = typed(amount="1", reason="price", text="secret", step="save")
    desk.post(f"/s/demo/invoices/{invoice.api_id}/dispute/", saved)
    promised = typed(amount="1", pay_by="2030-01-01", text="secret", step="save")
    desk.post(f"{home}promises/add/?currency={invoice.currency}", promised)
    made = [Note.objects.get(), PromiseToPay.objects.get(), Dispute.objects.get()]
    other = Invoice.objects.filter(store=company.store).exclude(company_id=company.api_id)[0]
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[other.company_id])
    told = {
        address: text
        for address in ("", "worklist/", "worklist/actions/", "promises/", "promises/disputes/")
        if "secret" in (text := words(desk.get(f"/s/demo/{address}")))
        or company.name in text
        or "for today" in text
    }
    assert not told
    paths = [
        f"companies/{company.api_id}/notes/add/",
        f"companies/{company.api_id}/promises/add/",
        f"invoices/{invoice.api_id}/dispute/",
        f"promises/{made[1].pk}/withdraw/",
        f"promises/disputes/{made[2].pk}/resolve/",
    ]
    assert [desk.get(f"/s/demo/{path}").status_code for path in paths] == [404] * 5
    assert desk.post(f"/s/demo/worklist/actions/{made[0].pk}/done/").status_code == 404
