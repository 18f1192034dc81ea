"""An invoice of nobody: how documents with a branding will look, before there is one that matters."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Address, CostLine, InvoiceDetails, InvoiceLine, Money, minor_digits
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.invoice_view import InvoiceView
from arportal.documents.rendering.render_job import RenderJob
from arportal.documents.rendering.rendering import in_their_language, make_job
from arportal.mirror.models import Invoice

GOODS = (
    ("PJ-2500", "Pallet jack, 2.5 t, nylon rollers", 2, 31_900),
    ("SH-5L-20", "Shelf, bolted, 5 levels, 2000 x 1000 x 500 mm", 12, 8_450),
    ("BT-S3-43", "Safety boots S3, size 43", 6, 7_225),
    ("TP-50-36", "Packing tape, 50 mm x 66 m, case of 36", 10, 4_480),
)
TAX = Decimal("0.2")
ISSUED = dt.date(2026, 3, 2)


def sample_job(letterhead: Letterhead, currency: str) -> RenderJob:
    """Amounts are in `currency`, for its decimals to be seen. Raises DocumentFailed."""
    with in_their_language():
        invoice = sample_invoice(currency)
    return make_job("invoice.html", {"view": InvoiceView(invoice, letterhead)}, letterhead)


def sample_invoice(currency: str) -> Invoice:
    """An invoice that is not saved, as the mirror would hold it."""
    lines = [
        InvoiceLine(sku, description, Decimal(count), Money(_amount(cents, currency), currency))
        for sku, description, count, cents in GOODS
    ]
    net = sum((_amount(cents, currency) * count for _sku, _words, count, cents in GOODS), Decimal(0))
    tax = Money(net * TAX, currency).quantized()
    details = InvoiceDetails(
        lines=tuple(lines),
        cost_lines=(CostLine(_("Subtotal"), Money(net, currency)), CostLine(_("Tax 20 %"), tax)),
        billing_address=Address(street1=_("Its street 1"), city=_("Its town 12345")),
    )
    return Invoice(
        number=_("SAMPLE"),
        company_name=_("A company"),
        currency=currency,
        status=0,
        original_balance=net + tax.amount,
        open_balance=net + tax.amount,
        issued_on=ISSUED,
        due_on=ISSUED + dt.timedelta(days=30),
        purchase_order_number="4500017",
        raw={"details": details.body()},
    )


def _amount(cents: int, currency: str) -> Decimal:
    return Decimal(cents).scaleb(-minor_digits(currency))
