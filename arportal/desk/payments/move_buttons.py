"""The ways a payment can be moved from where it stands, as buttons."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.desk.format.statuses import payment_words
from arportal.desk.lists import cells
from arportal.desk.lists.tables import Viewer
from arportal.desk.payments.forms import sealed_version
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
# Statuses in which a payment lowers no balance.
OUTSIDE = (ProcessingStatus.REFUNDED, ProcessingStatus.INCOMPLETE)
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
    """A status to move to. `url` is the page that asks first, for a move that changes balances; else ""."""

    status: int
    words: str
    url: str = ""


def moves_of(actor: Membership, payment: Payment) -> list[Move]:
    """The statuses the store allows this payment and the actor's role allows them, but its own."""
    moves = []
    for status in TARGETS:
        if status not in payment.allowed_statuses or status == payment.processing_status:
            continue
        if not may(actor, permission(payment, status)):
            continue
        move = Move(status, payment_words(status))
        is_outside = status in OUTSIDE or payment.processing_status in OUTSIDE
        # Told without the store's own record of the payment, which lists do not fetch.
        if is_outside or (status == ProcessingStatus.COMPLETED and not payment.counts):
            # Where invoices may reopen or close, that is shown before it is done.
            move = Move(status, f"{move.words}…", move_link(actor.store.slug, payment.api_id, status))
        moves.append(move)
    return moves


def moves_cell(payment: Any, viewer: Viewer) -> SafeString:
    """One form per row; the move by htmx swaps the row alone. The next steps are at hand, others in a menu."""
    if payment.under_way is not None:
        pill = cells.change_pill(payment.under_way.state)
        return cells.anchor(change_link(viewer.slug, payment.under_way.pk), pill)
    moves = moves_of(viewer.actor, payment)
    if not moves:
        return cells.muted(_("none allowed"))
    steps = NEXT.get(payment.processing_status, ())
    name = _("payment #%(id)d") % {"id": payment.api_id}
    buttons = [_button(move, "btn btn-plain btn-sm", name) for move in moves if move.status in steps]
    others = [_button(move, "", name) for move in moves if move.status not in steps]
    if others:
        buttons.append(cells.menu(cells.joined(*others), _("Other moves: %(payment)s") % {"payment": name}))
    hidden = {
        "csrfmiddlewaretoken": viewer.csrf_token,
        "seen": sealed_version(payment),
        "change_id": uuid.uuid4(),
    }
    url = link("payment_status", viewer.slug, payment.api_id)
    return cells.row_form(url, hidden, cells.joined(*buttons))


def _button(move: Move, css_class: str, name: str) -> SafeString:
    if move.url:
        return cells.button_link(move.url, move.words, css_class, name)
    return cells.button("status", move.status, move.words, css_class, name)
