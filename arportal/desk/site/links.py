"""Addresses of the desk's pages, cheap enough to build in every cell of a list."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

# Django takes as long to reverse an address as the rest of a cell takes; every page asks for about thirty
# that only the store decides.
_reverse = lru_cache(maxsize=4096)(reverse)


@lru_cache(maxsize=4096)
def _around_id(page: str, slug: str, *more: int) -> tuple[str, str]:
    """The address of a page of one thing, before and after its id. `more` are numbers that follow the id."""
    # No slug and no other number of an address holds these digits.
    placeholder = 2**62
    before, _id, after = reverse(f"desk:{page}", args=[slug, placeholder, *more]).partition(str(placeholder))
    return before, after


def link(page: str, slug: str, api_id: int | None = None) -> str:
    """The address of a page of the store at `slug`, or of the thing with that API id on it."""
    if api_id is None:
        return _reverse(f"desk:{page}", args=(slug,))
    before, after = _around_id(page, slug)
    return f"{before}{api_id}{after}"


def download_link(page: str, slug: str, kind: str) -> str:
    """The address that sends the list on this page as a file."""
    return _reverse(f"desk:{page}_export", args=(slug, kind))


def on_account_link(slug: str, **query: str) -> str:
    """The list of money on account of which something is left."""
    return f"{link('on_account', slug)}?{urlencode({'state': 'left', **query})}"


def change_link(slug: str, change_id: UUID) -> str:
    return reverse("desk:change", args=[slug, change_id])


def mail_link(slug: str, mail_id: UUID) -> str:
    return reverse("desk:mail", args=[slug, mail_id])


def undo_link(slug: str, change_id: UUID) -> str:
    """The page that asks before a write-off or an applied credit is taken back."""
    return reverse("desk:undo_move", args=[slug, change_id])


def move_link(slug: str, payment_id: int, status: int) -> str:
    """The page that asks before a payment is moved to this status."""
    before, after = _around_id("payment_move", slug, int(status))
    return f"{before}{payment_id}{after}"


def recording_link(page: str, slug: str, company_id: int, change_id: UUID) -> str:
    """A page of the payment that is being written down under this id."""
    return reverse(f"desk:{page}", args=[slug, company_id, change_id])


def again_link(slug: str, company_id: int, change_id: UUID) -> str:
    """The form of a payment from this company, filled as the Change was that came to nothing."""
    return f"{link('record_payment_for', slug, company_id)}?again={change_id}"


def invoice_batch_link(slug: str, batch: UUID) -> str:
    """The page that follows invoices changed together."""
    return reverse("desk:invoice_batch", args=[slug, batch])


def companies_batch_link(page: str, slug: str, batch: UUID) -> str:
    """A page about companies changed together."""
    return reverse(f"desk:{page}", args=[slug, batch])


def batch_link(slug: str, batch: UUID) -> str:
    """The page that follows payments moved together."""
    return reverse("desk:move_batch", args=[slug, batch])


def lead(request: Any, url: str) -> HttpResponse:
    """A redirect that htmx follows as a whole: it would put the next page into the middle of the present one."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
