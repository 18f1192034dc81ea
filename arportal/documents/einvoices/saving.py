"""Saving what only we hold for e-invoices: never over somebody else's change, and never without a trace."""

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.documents.branding.branding import saved_meanwhile
from arportal.documents.einvoices.records import newest_buyer, newest_seller, newest_taxes
from arportal.documents.models import EInvoiceBuyer, EInvoiceSeller, EInvoiceTaxes
from arportal.mirror.models import Company
from arportal.stores.access import Permission, require
from arportal.stores.activity import About, Kind, record
from arportal.stores.models import Activity, Membership, Store

Row = TypeVar("Row", EInvoiceSeller, EInvoiceTaxes, EInvoiceBuyer)
NO_CONTENT = ("id", "store", "saved_at", "saved_by", "company_id")


def save_seller(actor: Membership, wanted: EInvoiceSeller, *, based_on: int | None) -> bool:
    """Adds `wanted` as what counts. False, and nothing is added, if it is as the one before.

    `based_on`: the id of the row its author saw (None: there was none). Raises NotAllowed, Conflict.
    """
    require(actor, Permission.BRAND)
    with transaction.atomic():
        _wait_for_others(actor)
        newest = newest_seller(actor.store)
        return _add(actor, wanted, newest, based_on, _("Seller on e-invoices: %(fields)s"), {})


def save_taxes(actor: Membership, wanted: EInvoiceTaxes, *, based_on: int | None) -> bool:
    """The same as `save_seller`, for the tax rules."""
    require(actor, Permission.BRAND)
    with transaction.atomic():
        _wait_for_others(actor)
        newest = newest_taxes(actor.store)
        return _add(actor, wanted, newest, based_on, _("Tax rules of e-invoices: %(fields)s"), {})


def save_buyer(actor: Membership, company: Company, wanted: EInvoiceBuyer, *, based_on: int | None) -> bool:
    """The same as `save_seller`, for a company."""
    require(actor, Permission.ADMINISTER_COMPANY, company_id=company.api_id)
    wanted.company_id = company.api_id
    about: About = {
        "company_id": company.api_id,
        "about": Activity.About.COMPANY,
        "about_id": company.api_id,
    }
    with transaction.atomic():
        _wait_for_others(actor)
        newest = newest_buyer(actor.store, company.api_id)
        words = _("Buyer on e-invoices: %(fields)s")
        return _add(actor, wanted, newest, based_on, words, about)


def _wait_for_others(actor: Membership) -> None:
    Store.objects.select_for_update(no_key=True).get(pk=actor.store_id)


def _add(actor: Membership, wanted: Row, newest: Row, based_on: int | None, words: str, about: About) -> bool:
    fields = [field for field in wanted._meta.concrete_fields if field.name not in NO_CONTENT]
    changed = [field for field in fields if getattr(newest, field.name) != getattr(wanted, field.name)]
    if not changed:
        return False
    if newest.pk != based_on:
        raise saved_meanwhile(newest)
    wanted.pk, wanted.store, wanted.saved_by = None, actor.store, actor
    wanted.save(force_insert=True)
    details = {
        "before": {field.name: getattr(newest, field.name) for field in changed},
        "after": {field.name: getattr(wanted, field.name) for field in changed},
    }
    names = ", ".join(str(field.verbose_name) for field in changed)
    about["details"] = details
    record(actor, Kind.E_INVOICE, words % {"fields": names}, **about)
    return True
