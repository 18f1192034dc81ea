"""What is open in one currency by how late it is, as a bar whose parts lead to their invoices."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from arportal.desk.charts.stacked import Part, StackedBar
from arportal.receivables.ageing.ageing import Aged
from arportal.receivables.ageing.buckets import STANDARD, Bucket


def ageing_bar(title: str, aged: Aged, address: Callable[[Bucket], str]) -> StackedBar:
    """`aged` is by the standard buckets; `address` says where the invoices of each are."""
    parts = []
    for tone, (bucket, money) in enumerate(zip(STANDARD, aged.by_bucket, strict=True)):
        late = _("%(days)s days late") % {"days": bucket.label}
        label = _("Not due yet") if bucket.is_current else late
        parts.append(Part(label, money, tone, address(bucket)))
    return StackedBar.of(title, parts)
