"""S2: a simulated quarter of five hundred companies, ninety days with everybody's clock moved.

Invoices, payments, part payments, credits, money on account, promises and disputes come at random, some payments
between the round and the sending, through a real SMTP server that hangs up at times. A naive judge who knows the
truth of the store reads every mail: none may name what is paid, in dispute, promised or covered, each part payment
shows what is left, nothing that is due is missing, and every promise is judged on the next day.
The short version is `tests/documents/reminders/test_quarter.py`.
"""

import datetime as dt
from collections import Counter

from bench.result import Result

NAME = "S2 a quarter of reminders"
TARGET = "0 wrong or missing reminders, every promise judged on the next day"
COMPANIES, DAYS, SEED = 500, 90, 7


def measure() -> Result:
    from django.test import override_settings
    from django.utils import timezone

    from tests.documents.mails.smtp_server import running_smtp_server, server_settings
    from tests.documents.reminders.quarter.quarter import live
    from tests.sandbox_server import running_sandbox

    first = timezone.now().date() - dt.timedelta(days=DAYS + 10)
    size = ("--companies", str(COMPANIES), "--invoices", "0", f"--today={first}")
    with (
        running_smtp_server() as smtp_server,
        running_sandbox(*size) as sandbox,
        override_settings(**server_settings(smtp_server.port)),
    ):
        verdict = live(sandbox, smtp_server, seed=SEED, first=first, days=DAYS)
    counts = verdict.counts
    wrong = Counter(what for _day, what, _which in verdict.wrong)
    for day, what, which in verdict.wrong[:20]:
        print(day, what, which)
    measured = (
        f"{len(verdict.wrong)} wrong {dict(wrong) or ''} of {counts['mails']} mails with {counts['lines']} invoices; "
        f"{counts['payments']} payments; promises kept {counts['kept']}, in part {counts['part-kept']}, "
        f"broken {counts['broken']}, settled {counts['settled']}, withdrawn {counts['withdrawn']}"
    )
    return Result(measured, not verdict.wrong and counts["mails"] > COMPANIES and counts["broken"] > 0)
