"""Saving what a store says of itself, never over what somebody else has saved since the form was shown."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _

from arportal.desk.site.pages import DeskRequest
from arportal.receivables.changes.errors import Conflict


def is_saved(request: DeskRequest, form: forms.Form, save: Callable[[], bool]) -> bool:
    """Saves, and says on the next page whether that changed anything. False, with the reason above the form, if
    somebody else has saved meanwhile."""
    try:
        has_changed = save()
    except Conflict as meanwhile:
        words = _("Reload this page to see it; your changes are not saved.")
        form.add_error(None, f"{meanwhile} {words}")
        return False
    messages.success(request, _("Saved.") if has_changed else _("Nothing was changed."))
    return True
