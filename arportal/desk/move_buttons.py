"""The ways a payment can be moved from where it stands, as buttons."""

import uuid
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus
from arportal.desk import shown
from arportal.desk.links import link, move_link
from arportal.desk.markup import markup
from arportal.desk.tables import Seen
from arportal.mirror.models import Payment
from arportal.receivables.effects import counts, will_count
from arportal.receivables.moving import permission
from arportal.stores.access import may
from arportal.stores.models import Membership

WORDS: dict[int, Promise] = {
    ProcessingStatus.AWAITING_PROCESSING: _lazy("Awaiting"),
    ProcessingStatus.PROCESSING: _lazy("Processing"),
    ProcessingStatus.COMPLETED: _lazy("Completed"),
    ProcessingStatus.REFUNDED: _lazy("Refunded"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """`url` is the page that asks first, for a move that changes balances; else ""."""

    status: int
    words: str
    url: str = ""


def moves_of(actor: Membership, payment: Payment) -> list[Move]:
    """The statuses the store allows this payment and the actor's role allows them, but its own."""
    return [
        _move(actor, payment, status, str(words))
        for status, words in WORDS.items()
        if status in payment.allowed_statuses
        and status != payment.processing_status
        and may(actor, permission(payment, status))
    ]


def moves_cell(payment: Payment, seen: Seen) -> SafeString:
    """One form per row; the move by htmx swaps the row alone."""
    moves = moves_of(seen.actor, payment)
    if not moves:
        return markup('<span class="muted">{}</span>', _("none allowed"))
    name = _("payment #%(id)d") % {"id": payment.api_id}
    asking = format_html_join(
        "",
        '<a class="btn btn-plain btn-sm" href="{}">{}<span class="visually-hidden"> {}</span></a>',
        ((move.url, move.words, name) for move in moves if move.url),
    )
    direct = format_html_join(
        "",
        '<button class="btn btn-plain btn-sm" name="status" value="{}">{}'
        '<span class="visually-hidden"> {}</span></button>',
        ((move.status, move.words, name) for move in moves if not move.url),
    )
    return markup(
        '<div class="row-actions">{}{}</div>', _form(payment, seen, direct) if direct else "", asking
    )


def _form(payment: Payment, seen: Seen, buttons: SafeString) -> SafeString:
    url = link("payment_status", seen.slug, payment.api_id)
    return markup(
        '<form method="post" action="{}" hx-post="{}" hx-target="closest tr"'
        ' hx-swap="outerHTML" hx-push-url="false" hx-disabled-elt="find button" data-once>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="shown" value="{}">'
        '<input type="hidden" name="change_id" value="{}">{}</form>',
        *(url, url, seen.csrf_token, shown.written(payment), uuid.uuid4(), buttons),
    )


def _move(actor: Membership, payment: Payment, status: int, words: str) -> Move:
    """Where invoices reopen or close, that is shown before it is done."""
    refund = ProcessingStatus.REFUNDED in (status, payment.processing_status)
    if not refund and counts(payment) == will_count(payment, status):
        return Move(status, words)
    return Move(status, f"{words}…", move_link(actor.store.slug, payment.api_id, status))
