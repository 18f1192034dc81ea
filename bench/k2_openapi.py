"""K2: random requests made of the OpenAPI document, as every role: no error of ours, no answer that it does not tell.

The short version is `tests/rest/test_document.py`. `SEED=… make bench ONLY=K2` repeats a run.
"""

import datetime as dt
import os
import secrets
import uuid

from bench.result import Result

NAME = "K2 OpenAPI"
TARGET = ">= 5,000 requests as every role: 0 server errors, 0 answers not as documented"
EACH = 14


def measure() -> Result:
    from django.conf import settings
    from django.utils import timezone

    from arportal.stores.api_tokens import Wanted, make_token, offered_to
    from arportal.stores.models import Membership, Role
    from tests.cast import connect_demo_store
    from tests.rest.fuzz import Fuzz
    from tests.sandbox_server import running_sandbox

    settings.REST_REQUESTS_A_MINUTE = 10**9
    settings.API_ALLOCATED = 10**6
    seed = int(os.environ.get("SEED", 0)) or secrets.randbelow(10**6)
    print(f"  seed {seed}", flush=True)
    runs = []
    with running_sandbox() as sandbox:
        connect_demo_store(sandbox)
        for role in Role:
            actor = Membership.objects.select_related("store", "user").get(role=role)
            now = timezone.now()
            wanted = Wanted(name="fuzz", permissions=offered_to(actor), expires_at=now + dt.timedelta(days=1))
            _token, text = make_token(actor, uuid.uuid4(), wanted, now)
            run = Fuzz(actor, text, seed)
            run.run(EACH)
            runs.append(run)
            for words in run.failures.values():
                print(f"  {words}", flush=True)
    failures = {f"{run.actor.role}: {name}": words for run in runs for name, words in run.failures.items()}
    count = sum(run.count for run in runs)
    errors = sum(run.statuses[status] for run in runs for status in run.statuses if status >= 500)
    done = sum(run.statuses[status] for run in runs for status in (200, 202))
    words = f"{count:,} requests, {done:,} done, {errors} server errors, {len(failures)} not as documented"
    return Result(words, count >= 5_000 and not errors and not failures)
