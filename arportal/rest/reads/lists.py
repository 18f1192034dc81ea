"""The lists of the mirror: invoices, payments, receipts, orders, companies and the people who buy for them."""

import django_filters
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.list import COMPANIES
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists.filters import ListFilter
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import text_column
from arportal.desk.orders.list import ORDERS
from arportal.desk.payments.list import PAYMENTS
from arportal.desk.receipts.list import LINES, RECEIPTS
from arportal.mirror.models import Buyer
from arportal.rest.reads.resources import Resource
from arportal.rest.reads.serializers import (
    BuyerSerializer,
    CompanySerializer,
    InvoiceSerializer,
    OrderSerializer,
    PaymentSerializer,
    ReceiptLineSerializer,
    ReceiptSerializer,
    with_balances,
    with_lines,
)
from arportal.rest.reads.snapshots import (
    buyer_snapshot,
    company_snapshot,
    invoice_snapshot,
    order_snapshot,
    payment_snapshot,
)


class BuyerFilter(ListFilter):
    email = django_filters.CharFilter("email", "iexact", label=_lazy("E-mail"))

    class Meta:
        model = Buyer
        fields: tuple[str, ...] = ()


BUYERS = List(
    columns=(text_column("name", _lazy("Name"), "name"),),
    filter=BuyerFilter,
    rows=lambda actor: Buyer.objects.visible_to(actor),
    sort="name",
    caption=_lazy("Buyers"),
    empty="",
    reads=("name",),
)


RESOURCES = (
    Resource("invoices", "invoice", INVOICES, InvoiceSerializer, invoice_snapshot),
    Resource(
        name="payments",
        one="payment",
        declared=PAYMENTS,
        serializer=PaymentSerializer,
        snapshot=payment_snapshot,
        prepare=with_lines,
        defaults={"status": "all"},
    ),
    Resource("receipts", "receipt", RECEIPTS, ReceiptSerializer),
    Resource("receipt-lines", "receipt line", LINES, ReceiptLineSerializer),
    Resource("orders", "order", ORDERS, OrderSerializer, order_snapshot),
    Resource("companies", "company", COMPANIES, CompanySerializer, company_snapshot, with_balances),
    Resource("buyers", "buyer", BUYERS, BuyerSerializer, buyer_snapshot),
)
