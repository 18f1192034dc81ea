"""A quarter of reminders, day by day, with everybody's clock moved.

At six the mirror is read, at seven people write down what was said, at eight the round goes by itself. Then
customers pay and disputes are opened, of which the mirror knows nothing; at nine the mails are sent, through a real
SMTP server that now and then hangs up. In the afternoon there is more of everything.
"""

import datetime as dt

from arportal.documents.mails.sending import send_queued
from arportal.documents.reminders import rounds
from arportal.mirror.models import Company
from arportal.mirror.sync.sync import sync
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.collections.plans import save_plan
from arportal.receivables.ledger.build import build_ledger
from arportal.receivables.mails.recipients import add_address
from arportal.receivables.models import ReminderRun
from arportal.stores.models import Membership, Role, Store, User
from tests.documents.mails.smtp_server import SmtpServer
from tests.documents.reminders.quarter.judge import LEVELS, Judge, Verdict
from tests.documents.reminders.quarter.world import CURRENCIES, World
from tests.sandbox_server import STORE_HASH, TOKEN, Sandbox

ZONE = "America/Los_Angeles"


def live(sandbox: Sandbox, smtp_server: SmtpServer, *, seed: int, first: dt.date, days: int) -> Verdict:
    """`sandbox` has companies and no invoices."""
    sandbox.control("PUT", "clock", {"now": dt.datetime.combine(first, dt.time(5), dt.UTC).timestamp()})
    world = _begin(sandbox, seed, first)
    judge = Judge(world)
    for number in range(days):
        _day(world, judge, smtp_server, first + dt.timedelta(number))
    judge.verdict.counts["payments"] = sum(map(len, world.paid.values()))
    judge.verdict.counts["invoices"] = len(world.invoices)
    return judge.verdict


def _begin(sandbox: Sandbox, seed: int, first: dt.date) -> World:
    store = Store(
        slug="quarter", name="Quarter", store_hash=STORE_HASH, api_url=sandbox.api_url, time_zone=ZONE
    )
    store.token = TOKEN
    store.save()
    user = User.objects.create_user("quarter@example.com", name="Kim Quarter")
    clerk = Membership.objects.create(user=user, store=store, role=Role.CONTROLLER, all_companies=True)
    assert not sync(store).problem
    companies = list(Company.objects.filter(store=store).order_by("api_id"))
    world = World(sandbox, clerk, [company.api_id for company in companies], seed)
    with world.at(first, 5):
        build_ledger(store)
        for company in companies:
            add_address(clerk, company, f"c{company.api_id}@example.org")
            for _invoice in range(2):
                world.issue(company.api_id)
        for currency in CURRENCIES:
            save_plan(clerk, currency, is_on=True, hour=8, levels=LEVELS)
    return world


def _day(world: World, judge: Judge, smtp_server: SmtpServer, day: dt.date) -> None:
    store = Store.objects.get(pk=world.clerk.store_id)
    with world.at(day, 6):
        world.is_read()
    with world.at(day, 7):
        judge_promises(store, world.now)
        judge.promises()
        world.write_down()
    with world.at(day, 8):
        due_before = judge.all_due()
        rounds.begin_every_round(world.now)
        for run in ReminderRun.objects.filter(finished_at=None).select_related("store"):
            rounds.work(run)
    with world.at(day, 8, 30):
        world.pay_at_random(0.03)
        # Just those who are about to be reminded.
        for lines in due_before.values():
            invoice = world.invoices[world.random.choice(sorted(lines))]
            if world.happens(0.3) and invoice.open > 1:
                world.pay(invoice, invoice.open if world.happens(0.5) else invoice.open // 2)
        world.write_down()
    with world.at(day, 9):
        smtp_server.accepted.clear()
        if world.happens(0.5):
            smtp_server.cut_at.append("DATA")
        while send_queued(store):
            pass
        judge.mails(list(smtp_server.accepted), due_before)
    with world.at(day, 15):
        world.in_the_afternoon()
