"""Throwing away a form that was kept."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from arportal.desk.models import KeptForm
from arportal.desk.site.kept_forms import can_be_opened
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.stores.access import Permission


@page(Permission.READ, methods=("POST",))
def discard_kept(request: DeskRequest, key: UUID) -> HttpResponse:
    """Back to the page the form stood on, as it is without what was typed. Twice does no harm."""
    kept = KeptForm.objects.filter(user=request.user, pk=key).first()
    if kept is None:
        return SeeOther(link("overview", request.store.slug))
    kept.delete()
    messages.success(request, _("What was kept of the form is gone."))
    return SeeOther(kept.page if can_be_opened(kept.page) else link("overview", request.store.slug))
