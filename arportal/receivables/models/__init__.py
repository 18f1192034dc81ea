"""The records only we hold: every Change, the ledger, and what the API does not keep."""

from arportal.receivables.models.ageing import (
    NO_DAY,
    AgeingMovement,
    Basis,
    CompanyAgeing,
    CompanyBalance,
    DailyCause,
    StoreAgeing,
    StoreBalance,
)
from arportal.receivables.models.bank import BankLine, BankLineQuerySet, BankUse, BankUseQuerySet
from arportal.receivables.models.bank_files import BankAccount, BankColumns, BankFile, BankRules, BankUpload
from arportal.receivables.models.changes import Change, ChangeQuerySet
from arportal.receivables.models.collections import CollectionEvent, Dispute, Note, PromiseToPay
from arportal.receivables.models.imports import (
    Import,
    ImportFile,
    ImportQuerySet,
    ImportRow,
    ImportSender,
)
from arportal.receivables.models.ledger import InvoiceDays, Ledger, LedgerEntry, LedgerEntryQuerySet
from arportal.receivables.models.mails import (
    CompanyAddress,
    Mail,
    MailAttachment,
    MailQuerySet,
    MailRecipient,
    MailRecipientQuerySet,
    MailText,
)
from arportal.receivables.models.metrics import (
    ExpectedCash,
    ForecastWeek,
    NightlyFigures,
    PaymentHabit,
    WeekAgo,
)
from arportal.receivables.models.on_account import (
    OnAccount,
    OnAccountQuerySet,
    OnAccountUse,
    OnAccountUseQuerySet,
)
from arportal.receivables.models.rates import ExchangeRate
from arportal.receivables.models.reconciliation import Discrepancy, DiscrepancyQuerySet, Reconciliation
from arportal.receivables.models.records import PaymentRecord
from arportal.receivables.models.reminders import ReminderPlan, ReminderRun
from arportal.receivables.models.snapshots import AgeingSnapshot, SnapshotRow
from arportal.receivables.models.webhooks import (
    TEST,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
    WebhookKind,
    WebhookSubscription,
)

__all__ = [
    "NO_DAY",
    "TEST",
    "AgeingMovement",
    "AgeingSnapshot",
    "BankAccount",
    "BankColumns",
    "BankFile",
    "BankLine",
    "BankLineQuerySet",
    "BankRules",
    "BankUpload",
    "BankUse",
    "BankUseQuerySet",
    "Basis",
    "Change",
    "ChangeQuerySet",
    "CollectionEvent",
    "CompanyAddress",
    "CompanyAgeing",
    "CompanyBalance",
    "DailyCause",
    "Discrepancy",
    "DiscrepancyQuerySet",
    "Dispute",
    "ExchangeRate",
    "ExpectedCash",
    "ForecastWeek",
    "Import",
    "ImportFile",
    "ImportQuerySet",
    "ImportRow",
    "ImportSender",
    "InvoiceDays",
    "Ledger",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "Mail",
    "MailAttachment",
    "MailQuerySet",
    "MailRecipient",
    "MailRecipientQuerySet",
    "MailText",
    "NightlyFigures",
    "Note",
    "OnAccount",
    "OnAccountQuerySet",
    "OnAccountUse",
    "OnAccountUseQuerySet",
    "PaymentHabit",
    "PaymentRecord",
    "PromiseToPay",
    "Reconciliation",
    "ReminderPlan",
    "ReminderRun",
    "SnapshotRow",
    "StoreAgeing",
    "StoreBalance",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookKind",
    "WebhookSubscription",
    "WeekAgo",
]
