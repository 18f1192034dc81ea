"""An invoice of nobody: how documents with a branding will look, before there is one that matters."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.figures import calendar_day, figure, quantity
from arportal.documents.invoice_view import InvoiceView
from arportal.documents.parts import Line, Party, Sum
from arportal.documents.rendering.rendering import in_their_language, make_sheet
from arportal.documents.rendering.sheets import Sheet

GOODS = (
    ("PJ-2500", "Pallet jack, 2.5 t, nylon rollers", 2, 31_900),
    ("SH-5L-20", "Shelf, bolted, 5 levels, 2000 x 1000 x 500 mm", 12, 8_450),
    ("BT-S3-43", "Safety boots S3, size 43", 6, 7_225),
    ("TP-50-36", "Packing tape, 50 mm x 66 m, case of 36", 10, 4_480),
)
TAX = Decimal("0.2")
ISSUED = dt.date(2026, 3, 2)


def sample_sheet(letterhead: Letterhead, currency: str) -> Sheet:
    """Amounts are in `currency`, for its decimals to be seen."""
    with in_their_language():
        view = _view(currency)
    return make_sheet("invoice.html", {"view": view}, letterhead)


def _view(currency: str) -> InvoiceView:
    goods = [_line(*each, currency) for each in GOODS]
    net = sum((_price(cents, currency).amount * count for _sku, _words, count, cents in GOODS), Decimal(0))
    tax = Money(net * TAX, currency).quantized()
    total = figure(Money(net, currency) + tax)
    return InvoiceView(
        title=_("Invoice"),
        number=_("SAMPLE"),
        parties=(Party(_("Bill to"), (_("A company"), _("Its street 1"), _("Its town 12345"))),),
        facts=(
            (_("Date"), calendar_day(ISSUED)),
            (_("Due"), calendar_day(ISSUED + dt.timedelta(days=30))),
            (_("PO number"), "4500017"),
        ),
        currency=currency,
        lines=tuple(goods),
        sums=(
            Sum(_("Subtotal"), figure(Money(net, currency))),
            Sum(_("Tax 20 %"), figure(tax)),
            Sum(f"{_('Total')} ({currency})", total, is_result=True),
            Sum(f"{_('Amount due')} ({currency})", total, is_result=True),
        ),
        notes=(),
        asks_for_payment=True,
    )


def _line(sku: str, description: str, count: int, cents: int, currency: str) -> Line:
    price = _price(cents, currency)
    total = figure(Money(price.amount * count, currency))
    return Line(sku, description, "", quantity(Decimal(count)), figure(price), "", total)


def _price(cents: int, currency: str) -> Money:
    return Money(Decimal(cents).scaleb(-minor_digits(currency)), currency)
