"""An e-invoice on paper: our invoice, with what the file inside says beyond it.

Both must say the same, and the law wants some of it on paper: who sells and who buys by their tax numbers, what is
taxed how, and why where it is not.
"""

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.einvoices.document import NOTHING, Document, TaxSum
from arportal.documents.einvoices.facts import Party
from arportal.documents.figures import figure
from arportal.documents.invoice_view import InvoiceView
from arportal.mirror.models import Invoice


class EInvoiceView(InvoiceView):
    def __init__(
        self, invoice: Invoice, letterhead: Letterhead, company: tuple[str, ...], document: Document
    ) -> None:
        super().__init__(invoice, letterhead, company)
        self.document = document

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        taxes = "\n".join(self._tax_words(tax) for tax in self.document.taxes)
        return (
            (_("Taxes"), taxes),
            (_("Seller"), _words_of(self.document.seller)),
            (_("Buyer"), _words_of(self.document.buyer, self.document.buyer_reference)),
            *super().notes,
        )

    def _tax_words(self, tax: TaxSum) -> str:
        sign = -1 if self.is_credit else 1
        sums = (NOTHING + sign * (amount or NOTHING) for amount in (tax.base, tax.amount))
        base, amount = (figure(Money(amount, self.currency)) for amount in sums)
        words = _("%(rate)s %% on %(base)s: %(amount)s") % {
            "rate": tax.tax.percent,
            "base": base,
            "amount": amount,
        }
        why = {
            "AE": _("Reverse charge: the buyer owes the tax"),
            "K": _("Supply within the EU, free of tax"),
            "G": _("Export, free of tax"),
            "O": _("Not subject to tax"),
            "E": _("Free of tax"),
            "Z": _("Zero-rated"),
        }.get(tax.tax.category, "")
        reason = ", ".join(filter(None, (why, tax.tax.reason, tax.tax.reason_code)))
        return f"{words} ({reason})" if reason else words


def _words_of(party: Party, reference: str = "") -> str:
    """A party as the file has it: its name and address in a line, its numbers in another."""
    address = party.address
    town = f"{address.zip_code} {address.city}".strip()
    where = (party.name, address.street, address.street2, town, address.region, address.country)
    numbers = {
        _("VAT id"): party.vat_id,
        _("Tax number"): party.tax_number,
        _("Registration"): party.registration_id,
        _("Electronic address"): party.endpoint_id,
        _("Reference"): reference,
    }
    named = (f"{title} {number}" for title, number in numbers.items() if number)
    return "\n".join(filter(None, (", ".join(filter(None, where)), ", ".join(named))))
