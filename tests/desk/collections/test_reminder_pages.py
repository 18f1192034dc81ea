"""Reminder plans, the preview of a round and its page: what is refused beside its field, what would be sent, and why
others are in no mail."""

import re
import uuid

import pytest
from django.utils import timezone

from arportal.documents.mails.sending import send_queued
from arportal.documents.reminders import rounds
from arportal.mirror.models import Company
from arportal.receivables.collections.plans import our_levels, plan_of, save_plan
from arportal.receivables.collections.promises import add_promise, owed_for
from arportal.receivables.models import Mail, ReminderPlan, ReminderRun
from arportal.stores.models import Membership
from tests.desk.collections.test_collections_pages import words

PLAN = "/s/demo/reminders/USD/plan/"
PREVIEW = "/s/demo/reminders/USD/"


@pytest.fixture
def desk(browse, clerk):
    return browse(clerk)


def a_plan(**changed) -> dict:
    level = our_levels()[0]
    typed = {"1-days": "3", "1-minimum": "", "1-subject": level.subject, "1-text": level.text}
    return {"is_on": "on", "hour": "", **typed, **changed}


def test_a_plan_is_saved_and_what_is_wrong_stands_beside_its_field(browse, controller):
    browser = browse(controller)
    assert "Second payment reminder" in browser.get(PLAN).content.decode()
    second = {"3-days": "2", "3-subject": "Again {nobody}", "3-text": ""}
    refused = browser.post(PLAN, a_plan(**second))
    reasons = re.findall(r'id="id_([\w-]+)_error" role="alert">', refused.content.decode())
    assert (refused.status_code, sorted(reasons)) == (422, ["3-days", "3-subject", "3-text"])
    assert not ReminderPlan.objects.exists()
    second = {"3-days": "9", "3-minimum": "1,000.50", "3-subject": "Again", "3-text": "{invoices}"}
    assert browser.post(PLAN, a_plan(**second, hour="9")).status_code == 303
    plan = plan_of(controller.store, "USD")
    assert [row["days"] for row in plan.levels] == [3, 9]
    assert plan.levels[1]["minimum"] == "1000.50"
    page = words(browser.get("/s/demo/reminders/"))
    assert "By themselves from 09:00" in page
    assert "9 days late" in page
    assert "1,000.50" in browser.get(PLAN).content.decode()
    assert browser.get("/s/demo/reminders/XXX/plan/").status_code == 404


def test_the_preview_shows_every_mail_and_sends_those_ticked(desk, clerk, controller, store, today):
    plan = save_plan(controller, "USD", is_on=True, hour=None, levels=our_levels())
    rows = [row for row in rounds.chosen(store, "USD", our_levels(), today) if row.choice.lines]
    first, second = rows[:2]
    owed = owed_for(clerk, second.company.api_id, "USD", [])
    add_promise(
        clerk,
        uuid.uuid4(),
        second.company.api_id,
        owed,
        pay_by=today,
        invoice_ids=[],
        text="",
        now=timezone.now(),
    )
    page = desk.get(PREVIEW)
    markup = page.content.decode()
    assert f'<tr id="row-{first.company.api_id}"' in markup
    assert f'<tr id="row-{second.company.api_id}"' not in markup
    assert all(line.invoice.number in markup for line in first.choice.lines)
    assert f"Promised, its day is not over: {len(second.choice.lines)}" in words(page)
    run_id = re.search(r'name="run_id"[^>]*value="([^"]+)"', markup)[1]
    form = {"run_id": run_id, "day": str(today), "company": [first.company.api_id]}
    nobody = desk.post(PREVIEW, form | {"company": [], "run_id": str(uuid.uuid4())})
    assert "Choose at least one company" in words(nobody)
    for _twice in range(2):
        answer = desk.post(PREVIEW, form)
        assert answer["Location"] == f"/s/demo/reminders/rounds/{run_id}/"
    run = ReminderRun.objects.get()
    assert "0 of 1 companies" in words(desk.get(answer["Location"]))
    rounds.work(run)
    send_queued(store)
    told = words(desk.get(answer["Location"]))
    assert "1 of 1 companies" in told
    assert "No mail server is set up here" in told
    assert f"/mails/{Mail.objects.get(batch=run.pk).pk}/" in desk.get(answer["Location"]).content.decode()
    assert f'<tr id="row-{first.company.api_id}"' not in desk.get(PREVIEW).content.decode()
    save_plan(controller, plan.currency, is_on=False, hour=None, levels=our_levels())
    assert "nothing can be sent" in words(desk.get(PREVIEW))


def test_a_restricted_person_reminds_their_companies_alone(desk, clerk, controller, store, today):
    save_plan(controller, "USD", is_on=True, hour=None, levels=our_levels())
    rows = [row for row in rounds.chosen(store, "USD", our_levels(), today) if row.choice.lines]
    own, other = rows[0].company, rows[1].company
    whole = rounds.begin(clerk, uuid.uuid4(), "USD", [own.api_id, other.api_id], today)
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[own.api_id])
    preview = desk.get(PREVIEW).content.decode()
    assert re.findall(r'<tr id="row-(\d+)"', preview) == [str(own.api_id)]
    names = Company.objects.filter(store=store).exclude(pk=own.pk).values_list("name", flat=True)
    assert not [name for name in names if name in preview]
    asked = {"run_id": str(uuid.uuid4()), "day": str(today), "company": [other.api_id]}
    assert desk.post(PREVIEW, asked).status_code == 422
    assert desk.get(f"/s/demo/reminders/rounds/{whole.pk}/").status_code == 404
    assert f"/rounds/{whole.pk}/" not in desk.get("/s/demo/reminders/").content.decode()
