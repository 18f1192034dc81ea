"""The columns of the queue of payments, and what they need from elsewhere."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, DateTimeField, F, OuterRef, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.desk.format.statuses import payment_words
from arportal.desk.lists import cells
from arportal.desk.lists.tables import (
    Column,
    Computed,
    Kind,
    Total,
    Viewer,
    moment_column,
    money_column,
    text_column,
)
from arportal.desk.payments.move_buttons import moves_cell
from arportal.desk.site.links import link
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.mirror.models.payments import COUNTS
from arportal.receivables.changes.excluding import under_way
from arportal.receivables.models import Change
from arportal.receivables.payments.set_status import OF_ONE_PAYMENT
from arportal.receivables.payments.status_history import OF_STATUS, recording_of, status_changes, status_since
from arportal.stores.access import Permission


def add_changes(payments: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each payment what we did to it: who recorded it and how, since when it has its status, and what is
    being done just now."""
    ids = [payment.api_id for payment in payments]
    made, others = status_changes(viewer.actor.store, ids), under_way(viewer.actor.store, ids, OF_ONE_PAYMENT)
    for payment in payments:
        payment.under_way = others.get(payment.api_id)
        payment.made = made.get(payment.api_id, [])
        payment.recording = recording_of(payment.made)
        payment.status_since = status_since(payment, payment.made)


def add_invoices(payments: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each payment the numbers of its invoices; some stores leave them out of the payment."""
    ids = [payment.api_id for payment in payments]
    lines = PaymentLine.objects.filter(store=viewer.actor.store, payment_id__in=ids)
    invoices = Invoice.objects.visible_to(viewer.actor).only("api_id", "number")
    known = invoices.by_api_id(line.invoice_id for line in lines)
    paid: dict[int, dict[int, str]] = {}
    for line in lines.order_by("payment_id", "position"):
        invoice = known.get(line.invoice_id)
        number = invoice.number if invoice else line.invoice_number or f"#{line.invoice_id}"
        paid.setdefault(line.payment_id, {})[line.invoice_id] = number
    for payment in payments:
        payment.paid = paid.get(payment.api_id, {})


def kind_words(payment: Payment) -> str:
    return _("Offline") if payment.is_offline else _("Online")


def number_cell(payment: Any, viewer: Viewer) -> SafeString:
    pill = cells.payment_pill(payment.processing_status)
    url = viewer.link("payment", payment.api_id)
    return cells.two_lines(url, f"#{payment.api_id}", payment.company_name, pill, age_words(payment, viewer))


def date_cell(payment: Any, viewer: Viewer) -> SafeString:
    day = viewer.format.day(payment.created_at) or cells.NOTHING
    return cells.with_below(day, who_cell(payment, viewer))


def company_cell(payment: Payment, viewer: Viewer) -> SafeString:
    """The company, and the payer below it while the payer's own column has no room."""
    url = link("company", viewer.slug, payment.company_id)
    company = cells.titled_anchor(url, payment.company_name or f"#{payment.company_id}")
    payer = payment.payer_name if payment.payer_name != payment.company_name else ""
    return cells.with_below(company, payer)


def reference(payment: Any) -> str:
    """The reference written down here; else the store's memo: it has no other field for a reference."""
    record = _record(payment)
    return str(record.reference if record else payment.memo)


def method(payment: Any) -> str:
    """The method written down here; of other payments we know no more than the kind."""
    record = _record(payment)
    return str(record.get_method_display()) if record else kind_words(payment)


def reference_cell(payment: Any, viewer: Viewer) -> SafeString:
    """The reference with the method below it; "offline" alone would say nothing about the method."""
    is_known = _record(payment) or not payment.is_offline
    words = reference(payment)
    return cells.with_below(cells.with_title(words, words), method(payment) if is_known else "")


def invoices_cell(payment: Any, viewer: Viewer) -> SafeString | str:
    if not payment.paid:
        return ""
    invoice_id, number = next(iter(payment.paid.items()))
    first = cells.nowrap_anchor(link("invoice", viewer.slug, invoice_id), number)
    others = list(payment.paid.values())[1:]
    if not others:
        return first
    return cells.markup("{} {}", first, cells.muted_with_title(f"+{len(others)}", ", ".join(others)))


def age_words(payment: Any, viewer: Viewer) -> str:
    """`3 days`, or `3 days or more` where the store alone could say since when, and does not."""
    since = payment.status_since
    if since.at is None:
        return ""
    passed = timezone.now() - since.at
    if passed < dt.timedelta(minutes=1):
        return _("just now")
    length = viewer.format.duration(passed)
    if passed >= dt.timedelta(days=1):
        # In days, however many: weeks and months are too coarse to work a queue by.
        length = ngettext("%(days)d day", "%(days)d days", passed.days) % {"days": passed.days}
    return length if since.is_exact else _("%(length)s or more") % {"length": length}


def age_cell(payment: Any, viewer: Viewer) -> SafeString | str:
    since = payment.status_since
    if since.at is None:
        return ""
    when = {"when": viewer.format.moment(since.at), "who": since.by}
    if since.by:
        title = _("Since %(when)s, by %(who)s") % when
    elif since.is_exact:
        title = _("Since it was recorded, %(when)s") % when
    else:
        title = _("The store last changed it %(when)s; it may have had this status before") % when
    return cells.with_title(age_words(payment, viewer), title)


def days_in_status(payment: Any, viewer: Viewer) -> int | None:
    at = payment.status_since.at
    return None if at is None else (timezone.now() - at).days


def since_expression(viewer: Viewer) -> Any:
    """The time since which a payment has its status, as `status_since` says it: that of our last Change of it, if
    that has led to the status it has."""
    ours = Change.objects.filter(
        store=viewer.actor.store,
        verb__in=OF_STATUS,
        state=Change.State.APPLIED,
        target_id=OuterRef("api_id"),
        payload__has_key="status",
    ).order_by("-settled_at")
    led_here = When(status_asked=Cast(OuterRef("processing_status"), CharField()), then=F("settled_at"))
    at = ours.annotate(status_asked=KT("payload__status")).annotate(
        at=Case(led_here, default=Value(None), output_field=DateTimeField())
    )
    return Coalesce(Subquery(at.values("at")[:1]), "updated_at", "created_at")


def status_cell(payment: Any, viewer: Viewer) -> SafeString:
    return cells.with_below(cells.payment_pill(payment.processing_status), age_cell(payment, viewer))


def who(payment: Any, viewer: Viewer) -> str:
    return str(payment.recording.actor.user) if payment.recording else _("store")


def who_cell(payment: Any, viewer: Viewer) -> SafeString | str:
    return who(payment, viewer) if payment.recording else cells.muted(_("store"))


def _record(payment: Any) -> Any:
    """The record written down here of the payment; None for payments that were not recorded here."""
    return getattr(payment.recording, "payment_record", None)


def received_on(payment: Any, viewer: Viewer) -> dt.date | None:
    record = _record(payment)
    return record.received_on if record else None


AMOUNT: Column[Any] = money_column(
    "total",
    _lazy("Amount"),
    lambda row: row.total_money,
    sort="total",
    totals=(
        Total(Case(When(COUNTS, then="total")), _lazy("Counted")),
        Total(Case(When(COUNTS, then=None), default="total"), _lazy("Not counted")),
    ),
)
COLUMNS: tuple[Column[Any], ...] = (
    Column(
        "payment",
        _lazy("Payment"),
        lambda row, viewer: row.api_id,
        number_cell,
        sort="api_id",
        kind=Kind.NUMBER,
    ),
    Column(
        "recorded",
        _lazy("Date"),
        lambda row, viewer: viewer.format.local_date(row.created_at),
        date_cell,
        sort="created_at",
        css="nowrap p3",
        kind=Kind.DATE,
        reads=("created_at",),
    ),
    Column(
        "company",
        _lazy("Company"),
        lambda row, viewer: row.company_name,
        company_cell,
        sort="company_name",
        css="text p2",
    ),
    text_column("payer", _lazy("Payer"), "payer_name", css="text p5", sort=""),
    Column(
        "reference",
        _lazy("Reference"),
        lambda row, viewer: reference(row),
        reference_cell,
        css="text reference p4",
        reads=("memo",),
    ),
    Column("method", _lazy("Method"), lambda row, viewer: method(row), css="nowrap p5"),
    AMOUNT,
    Column(
        "invoices",
        _lazy("Invoices"),
        lambda row, viewer: ", ".join(row.paid.values()),
        invoices_cell,
        css="p3",
        prepare=add_invoices,
    ),
    Column(
        "status",
        _lazy("Status"),
        lambda row, viewer: payment_words(row.processing_status),
        status_cell,
        css="p2",
    ),
    Column(
        "age",
        _lazy("In this status"),
        days_in_status,
        age_cell,
        sort=Computed(since_expression, DateTimeField(null=True)),
        css="nowrap p5",
        kind=Kind.NUMBER,
    ),
    Column("who", _lazy("Recorded by"), who, who_cell, css="nowrap p5"),
    Column("kind", _lazy("Kind"), lambda row, viewer: kind_words(row), optional=True),
    text_column("memo", _lazy("Memo"), "memo", optional=True, css="text", sort=""),
    text_column("external", _lazy("External ID"), "external_id", optional=True, sort=""),
    Column(
        "received",
        _lazy("Value date"),
        received_on,
        lambda row, viewer: viewer.format.date(received_on(row, viewer)),
        optional=True,
        kind=Kind.DATE,
    ),
    moment_column("changed", _lazy("Last changed"), "updated_at", optional=True, sort=""),
    Column(
        "moves",
        _lazy("Move to"),
        lambda row, viewer: "",
        moves_cell,
        css="num moves",
        needs=Permission.MOVE_PAYMENT,
        exported=False,
    ),
)
