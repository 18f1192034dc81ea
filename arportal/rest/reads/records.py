"""The lists of what only we keep: the ledger, promises, disputes, notes, money on account."""

import django_filters
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import serializers

from arportal.desk.collections.disputes import DISPUTES
from arportal.desk.collections.filter import OfCompanyFilter
from arportal.desk.collections.promises import PROMISES
from arportal.desk.ledger.entries import EntryFilter
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Kind, moment_column, text_column
from arportal.desk.on_account.list import ON_ACCOUNT, with_left
from arportal.receivables.models import Dispute, LedgerEntry, Note, PromiseToPay
from arportal.rest.fields import Amount, RowSerializer, day, integer, moment, string
from arportal.rest.reads.resources import Resource


class LedgerFilter(EntryFilter):
    company_id = django_filters.NumberFilter(
        "company_id", label=_lazy("Company"), min_value=1, max_value=2**63 - 1, decimal_places=0
    )
    invoice_id = django_filters.NumberFilter(
        "invoice_id", label=_lazy("Invoice"), min_value=1, max_value=2**63 - 1, decimal_places=0
    )

    class Meta:
        model = LedgerEntry
        fields: tuple[str, ...] = ()


class LedgerSerializer(RowSerializer):
    """A movement of an invoice's balance; above zero more is owed. Entries are never changed: whoever has read all
    has to read only what comes after the last cursor."""

    id = integer()
    company_id = integer()
    invoice_id = integer()
    currency = string()
    amount = Amount()
    cause = serializers.ChoiceField(LedgerEntry.Cause.choices, read_only=True)
    payment_id = integer(source="cause_id", allow_null=True)
    change_id = serializers.UUIDField(read_only=True, allow_null=True)
    effective_on = day(null=False)
    effective_at = moment(null=False)
    observed_at = moment(null=False)


LEDGER = List(
    columns=(text_column("id", "", "id", kind=Kind.NUMBER),),
    filter=LedgerFilter,
    rows=lambda actor: LedgerEntry.objects.visible_to(actor),
    sort="id",
    caption=_lazy("Ledger"),
    empty="",
    reads=(),
    id_field="id",
)


class PromiseSerializer(RowSerializer):
    """A company's word to pay by a day; `paid` is what counts for it."""

    id = integer()
    company_id = integer()
    currency = string()
    amount = Amount()
    paid = Amount()
    pay_by = day(null=False)
    state = serializers.ChoiceField(PromiseToPay.State.choices, read_only=True)
    invoice_ids = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    text = string()
    at = moment(null=False)


class DisputeSerializer(RowSerializer):
    """A company's objection to an invoice. `outcome` is "" while it is open."""

    id = integer()
    company_id = integer()
    invoice_id = integer()
    currency = string()
    amount = Amount()
    reason = serializers.ChoiceField(Dispute.Reason.choices, read_only=True)
    text = string()
    outcome = string()
    resolution = string()
    at = moment(null=False)
    resolved_at = moment()


class NoteSerializer(RowSerializer):
    """A note about a company, maybe with something to be done on a day."""

    id = integer()
    company_id = integer()
    text = string()
    action_on = day()
    done_at = moment()
    at = moment(null=False)


class NoteFilter(OfCompanyFilter):
    class Meta:
        model = Note
        fields: tuple[str, ...] = ()


NOTES = List(
    columns=(moment_column("at", _lazy("Written down"), "at"),),
    filter=NoteFilter,
    rows=lambda actor: Note.objects.visible_to(actor),
    sort="-at",
    caption=_lazy("Notes"),
    empty="",
    reads=(),
    id_field="id",
)


class OnAccountSerializer(RowSerializer):
    """Money received that belongs to no invoice yet. `left` of it can still be applied."""

    reads = ("currency", "amount")

    id = integer()
    company_id = integer()
    currency = string()
    amount = Amount()
    left = Amount()
    received_on = day(null=False)
    reference = string()
    payer_name = string()
    reason = string()


RECORDS = (
    Resource("ledger", "ledger-entry", LEDGER, LedgerSerializer),
    Resource("promises", "promise", PROMISES, PromiseSerializer),
    Resource("disputes", "dispute", DISPUTES, DisputeSerializer),
    Resource("notes", "note", NOTES, NoteSerializer),
    Resource("on-account", "on-account-money", ON_ACCOUNT, OnAccountSerializer, prepare=with_left),
)
