"""The page of companies that are changed together: their outcomes until all have come to an end, and undoing it."""

import uuid
from collections.abc import Iterator
from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.desk.administration.payment_methods import batch_title
from arportal.desk.administration.together import Preview, render_preview
from arportal.desk.changes.facts import all_facts, method_titles
from arportal.desk.format.formats import formatter
from arportal.desk.lists.batch import Batch, render_batch
from arportal.desk.site.links import companies_batch_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables.companies import together
from arportal.receivables.companies.kinds import KINDS, kind_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may


class CompanyBatch(Batch):
    """Companies whose methods, terms or holds are set."""

    list_name = "payment_methods"
    list_title = _lazy("Payment methods")
    template = "administration/_batch.html"

    @property
    def kind(self) -> str:
        return kind_of(self.first)

    @property
    def title(self) -> str:
        return batch_title(self.first.verb, self.count)

    @property
    def url(self) -> str:
        return companies_batch_link("companies_batch", self.actor.store.slug, self.batch_id)

    @property
    def cancel_url(self) -> str:
        return companies_batch_link("cancel_companies_batch", self.actor.store.slug, self.batch_id)

    @property
    def unsent(self) -> int:
        return self.counts[Change.State.ASKED]

    @property
    def may_cancel(self) -> bool:
        return bool(self.unsent) and together.may_cancel(self.actor, self.first)

    @cached_property
    def undos(self) -> list[uuid.UUID]:
        """The batches that took this one back, or parts of it."""
        return together.undos_of(self.first)

    @property
    def has_next(self) -> bool:
        """Undoing it: true once all have come to their end, and something was done that is not taken back."""
        is_allowed = may(self.actor, KINDS[self.kind].permission)
        return is_allowed and bool(together.to_undo(self.actor, self.changes))

    @property
    def rows(self) -> Iterator[tuple[Change, Company | None, list[str]]]:
        shown = self.shown
        known = Company.objects.visible_to(self.actor).by_api_id(change.company_id for change in shown)
        titles = method_titles(self.actor)
        for change in shown:
            facts = [str(fact) for fact in all_facts(self.actor, change, titles)]
            yield change, known.get(change.company_id), facts


@page(Permission.READ)
def companies_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    return render_batch(request, get_batch_or_404(request, batch))


@page(Permission.HOLD_CREDIT, methods=("POST",))
def cancel_companies_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    get_batch_or_404(request, batch)
    dropped = together.cancel(request.actor, batch)
    words = ngettext(
        "%(count)d change was cancelled before it was sent.",
        "%(count)d changes were cancelled before they were sent.",
        dropped,
    )
    messages.info(request, words % {"count": dropped} if dropped else _("All had been sent already."))
    return SeeOther(companies_batch_link("companies_batch", request.store.slug, batch))


@page(Permission.HOLD_CREDIT)
def undo_companies_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    """What taking the whole batch back would do, company by company. Changes nothing: `ask_together` does."""
    undone = get_batch_or_404(request, batch)
    if not undone.has_next:
        last = [batch, *undone.undos][-1]
        return SeeOther(companies_batch_link("companies_batch", request.store.slug, last))
    outlooks = together.undo_outlooks(request.actor, batch)
    reason = _("Undo of the change of %(day)s") % {"day": formatter().day(undone.first.asked_at)}
    preview = Preview(request.actor, undone.kind, reason, outlooks, undoes=batch)
    undo = together.undo_of(batch, len(undone.undos))
    return render_preview(request, preview, undo, undoes=undone)


def get_batch_or_404(request: DeskRequest, batch: uuid.UUID) -> CompanyBatch:
    changes = list(together.changes_in(request.actor, batch))
    if not changes:
        raise Http404(_("There is no such change."))
    return CompanyBatch(request.actor, batch, changes)
