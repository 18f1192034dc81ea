"""A short quarter of reminders; bench S2 has five hundred companies and ninety days."""

import datetime as dt

from django.utils import timezone

from tests.cast import forget_stores
from tests.documents.reminders.quarter.quarter import live
from tests.sandbox_server import running_sandbox
from tests.whole import only_whole

COMPANIES, DAYS = 30, 21


@only_whole("documents/reminders/test_rounds.py::test_it_works")
def test_nobody_is_reminded_wrongly_and_every_broken_promise_is_found(db, smtp_server):
    forget_stores()
    first = timezone.now().date() - dt.timedelta(days=40)
    with running_sandbox("--companies", str(COMPANIES), "--invoices", "0", f"--today={first}") as sandbox:
        verdict = live(sandbox, smtp_server, seed=5, first=first, days=DAYS)
    assert verdict.wrong == []
    counts = verdict.counts
    assert min(counts[what] for what in ("mails", "broken")) > 0, counts
