"""The ways on after a form: to the result of a change, or to the page that follows it, and back to the form."""

import uuid
from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpResponseRedirect

from arportal.desk.site.links import change_link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.results import result_link
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import Verb, perform
from arportal.receivables.models import Change, ChangeQuerySet


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST: the next page is fetched with GET, and reloading it repeats nothing."""

    status_code = 303


def settled(request: DeskRequest, change: Change, words: str, *, back: str = "") -> SeeOther | None:
    """The way on to the result, or to the change's page while there is none to be seen; None for a refused change.

    `words` say that it is done. `back` is where it was asked from, for whoever goes back there instead.
    """
    if change.state == Change.State.REFUSED:
        return None
    seen_at = result_link(request.actor, change)
    if not seen_at:
        return SeeOther(change_link(change.store.slug, change.pk))
    messages.success(request, words)
    return SeeOther(back or seen_at)


def named_again(request: DeskRequest, verb: Change.Verb) -> ChangeQuerySet:
    """The change that somebody wants to try once more, as `again` in the address names it."""
    try:
        change_id = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return Change.objects.none()
    return Change.objects.visible_to(request.actor).filter(pk=change_id, verb=verb)


class Confirmable(Protocol):
    def refused(self, broken: Invalid) -> None:
        """Shows the reasons. Sent again, the form is to be a new Change."""


def confirm(
    request: DeskRequest, form: Confirmable, verb: Verb[Any], words: str | Callable[[Change], str]
) -> SeeOther | None:
    """Asks for the change, and leads on to the result; None, with the reasons in the form, for what was refused.

    `words` say that it is done; a function, where that depends on what the store has answered. Raises DoesNotExist
    when the person cannot see what is to be changed.
    """
    try:
        change = perform(verb)
    except Invalid as broken:
        form.refused(broken)
        return None
    response = settled(request, change, words if isinstance(words, str) else words(change))
    if response is None:
        form.refused(Invalid({"": [change.error]}))
    return response
