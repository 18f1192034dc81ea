"""Recording a bank line as a payment, by the verb of every payment; a short one may have its rest written off."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.bank.access import require_every_company
from arportal.receivables.bank.uses import received_on
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.write_off import WriteOff
from arportal.receivables.models import BankLine, Change, PaymentRecord
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment, RecordPayment
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

LONGEST = 100
# What a person has not been asked about stands in its way.
NO_DUPLICATES = Accepted(duplicates=frozenset())


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """The payment that somebody says a line is, or a part of it. `received_on` None: the line's value date."""

    line_id: int
    company_id: int
    allocations: tuple[Allocation, ...]
    accepted: Accepted = NO_DUPLICATES


def accept(actor: Membership, change_id: uuid.UUID, acceptance: Acceptance) -> Change:
    """Records the payment, once per `change_id`. Raises NotAllowed, DoesNotExist, Invalid as RecordPayment does."""
    require(actor, Permission.MATCH_BANK)
    require_every_company(actor)
    line = BankLine.objects.visible_to(actor).incoming().get(pk=acceptance.line_id)
    payment = payment_of(actor, line, acceptance.company_id, acceptance.allocations)
    return perform(
        RecordPayment(actor=actor, change_id=change_id, payment=payment, accepted=acceptance.accepted)
    )


def payment_of(
    actor: Membership, line: BankLine, company_id: int, allocations: Sequence[Allocation]
) -> OfflinePayment:
    return OfflinePayment(
        company_id=company_id,
        currency=line.currency,
        allocations=tuple(allocations),
        payer_name=line.payer_name[:LONGEST],
        reference=(line.reference or line.text or line.bank_id)[:LONGEST],
        received_on=received_on(actor, line),
        memo="",
        # It is on the account.
        status=ProcessingStatus.COMPLETED,
        method=PaymentRecord.Method.TRANSFER,
        bank_line=line.pk,
    )


def write_off_rest(actor: Membership, change: Change) -> list[Change]:
    """Writes off what a payment just recorded left open on its invoices, once. Raises NotAllowed, Invalid."""
    if change.state != Change.State.APPLIED or change.mirrored_at is None:
        raise Invalid({"": [_("The payment is not confirmed yet: write the rest off on the invoice later.")]})
    ids = [line["invoice_id"] for line in change.payload["lines"]]
    made = []
    for invoice in Invoice.objects.visible_to(actor).filter(api_id__in=ids).outstanding():
        verb = WriteOff(
            actor=actor,
            change_id=uuid.uuid5(change.pk, f"rest of {invoice.api_id}"),
            invoice_id=invoice.api_id,
            amount=Decimal(invoice.open_balance),
            seen=values_of(invoice, actor.store.zone),
            reason=_("Short payment, bank line %(line)s") % {"line": change.payload["bank_line"]},
        )
        made.append(perform(verb))
    return made
