"""The ways a payment can be moved from where it stands, as buttons."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.desk.format.icons import icon
from arportal.desk.format.markup import markup
from arportal.desk.format.statuses import change_pill, payment_words
from arportal.desk.lists.tables import Viewer
from arportal.desk.payments import shown
from arportal.desk.site.links import change_link, link, move_link
from arportal.mirror.models import Payment
from arportal.receivables.payments.set_status import permission
from arportal.stores.access import may
from arportal.stores.models import Membership

TARGETS = (
    ProcessingStatus.AWAITING_PROCESSING,
    ProcessingStatus.PROCESSING,
    ProcessingStatus.COMPLETED,
    ProcessingStatus.REFUNDED,
)
# What usually comes next. The words of two and more have to fit beside each other.
NEXT: dict[int, tuple[int, ...]] = {
    ProcessingStatus.INCOMPLETE: (ProcessingStatus.AWAITING_PROCESSING,),
    ProcessingStatus.AWAITING_PROCESSING: (ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED),
    ProcessingStatus.PROCESSING: (ProcessingStatus.COMPLETED,),
    ProcessingStatus.COMPLETED: (ProcessingStatus.REFUNDED,),
    ProcessingStatus.REFUNDED: (ProcessingStatus.COMPLETED,),
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
        _move(actor, payment, status, payment_words(status))
        for status in TARGETS
        if status in payment.allowed_statuses
        and status != payment.processing_status
        and may(actor, permission(payment, status))
    ]


def moves_cell(payment: Any, viewer: Viewer) -> SafeString:
    """One form per row; the move by htmx swaps the row alone. The next steps are at hand, others in a menu."""
    if payment.under_way is not None:
        pill = change_pill(payment.under_way.state)
        return markup('<a href="{}">{}</a>', change_link(viewer.slug, payment.under_way.pk), pill)
    moves = moves_of(viewer.actor, payment)
    if not moves:
        return markup('<span class="muted">{}</span>', _("none allowed"))
    steps = NEXT.get(payment.processing_status, ())
    name = _("payment #%(id)d") % {"id": payment.api_id}
    buttons = _buttons([move for move in moves if move.status in steps], "btn btn-plain btn-sm", name)
    others = _buttons([move for move in moves if move.status not in steps], "", name)
    return _form(payment, viewer, markup("{}{}", buttons, _menu(others, name) if others else ""))


def _buttons(moves: list[Move], css: str, name: str) -> SafeString:
    return SafeString("".join([_button(move, css, name) for move in moves]))


def _button(move: Move, css: str, name: str) -> SafeString:
    words = markup('{}<span class="visually-hidden"> {}</span>', move.words, name)
    if move.url:
        return markup('<a class="{}" href="{}">{}</a>', css, move.url, words)
    return markup('<button class="{}" name="status" value="{}">{}</button>', css, move.status, words)


def _menu(buttons: SafeString, name: str) -> SafeString:
    return markup(
        '<details class="menu"><summary class="btn btn-plain btn-sm" aria-label="{}">{}</summary>'
        '<div class="menu-sheet">{}</div></details>',
        *(_("Other moves: %(payment)s") % {"payment": name}, icon("ellipsis", 14), buttons),
    )


def _form(payment: Payment, viewer: Viewer, buttons: SafeString) -> SafeString:
    url = link("payment_status", viewer.slug, payment.api_id)
    return markup(
        '<form class="row-actions" method="post" action="{}" hx-post="{}" hx-target="closest tr"'
        ' hx-swap="outerHTML" hx-push-url="false" hx-disabled-elt="find button" data-once>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="shown" value="{}">'
        '<input type="hidden" name="change_id" value="{}">{}</form>',
        *(url, url, viewer.csrf_token, shown.written(payment), uuid.uuid4(), buttons),
    )


def _move(actor: Membership, payment: Payment, status: int, words: str) -> Move:
    """Where invoices reopen or close, that is shown before it is done."""
    if not _may_move_balances(payment, status):
        return Move(status, words)
    return Move(status, f"{words}…", move_link(actor.store.slug, payment.api_id, status))


def _may_move_balances(payment: Payment, status: int) -> bool:
    """Told without the store's own record of the payment, which lists do not fetch."""
    outside = (ProcessingStatus.REFUNDED, ProcessingStatus.INCOMPLETE)
    if status in outside or payment.processing_status in outside:
        return True
    return status == ProcessingStatus.COMPLETED and not payment.counts
