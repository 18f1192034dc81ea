"""The desk's background work."""

from django.utils import timezone
from procrastinate.contrib.django import app

from arportal.desk.site import kept_forms


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="forget_kept_forms")
def forget_kept_forms(timestamp: int) -> None:
    kept_forms.forget_old(timezone.now())
