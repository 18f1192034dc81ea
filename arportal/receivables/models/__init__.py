"""The records only we hold: every change somebody asked the store to make, and what the API does not keep."""

from arportal.receivables.models.changes import Change, ChangeQuerySet
from arportal.receivables.models.reconciliation import Discrepancy, DiscrepancyQuerySet, Reconciliation
from arportal.receivables.models.records import PaymentRecord

__all__ = [
    "Change",
    "ChangeQuerySet",
    "Discrepancy",
    "DiscrepancyQuerySet",
    "PaymentRecord",
    "Reconciliation",
]
