"""What a person is told after asking the store for a change."""

from django.contrib import messages
from django.http import HttpResponseRedirect

from arportal.desk.links import change_link
from arportal.desk.pages import DeskRequest
from arportal.receivables.models import Change


class SeeOther(HttpResponseRedirect):
    """After a POST: the next page is to be fetched with GET, and reloading it repeats nothing."""

    status_code = 303


def settled(request: DeskRequest, change: Change, done_url: str, words: str) -> SeeOther | None:
    """On to the result, or to the change's page while its outcome is unknown; None for a refused change."""
    if change.state == Change.State.REFUSED:
        return None
    if change.state == Change.State.APPLIED:
        messages.success(request, words)
        return SeeOther(done_url)
    return SeeOther(change_link(change.store.slug, change.pk))
