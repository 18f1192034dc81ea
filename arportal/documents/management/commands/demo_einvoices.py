"""Seller and tax rules of a trial store, so that its invoices can be seen as e-invoices at once."""

from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.documents.einvoices.facts import Role as CostRole
from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.records import newest_seller, newest_taxes
from arportal.documents.einvoices.saving import save_seller, save_taxes
from arportal.documents.einvoices.taxes import checked_tax, kept
from arportal.documents.models import EInvoiceSeller, EInvoiceTaxes
from arportal.stores.models import Membership, Role, Store

SELLER = {
    "legal_name": "Harbour Supplies GmbH",
    "trading_name": "Harbour Supplies",
    "street": "Hafenallee 7",
    "zip_code": "24103",
    "city": "Kiel",
    "country": "DE",
    "vat_id": "DE290000010",
    "endpoint_scheme": "0088",
    "endpoint_id": "2909999000016",
    "contact_name": "Accounts receivable",
    "contact_phone": "+49 431 555 0100",
    "contact_email": "accounts@harbour.example",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "vat_field": "VAT ID",
    "endpoint_field": "Electronic address",
    "reference_field": "Buyer reference",
}
# What the sandbox calls Sales Tax, at the rates that it asks for; freight is not taxed there.
RATES = {
    "US": "7.2",
    "CA": "5",
    "DE": "19",
    "FR": "20",
    "ES": "21",
    "GR": "24",
    "BG": "20",
    "JP": "10",
    "TW": "5",
}
COSTS = {
    "Subtotal": (CostRole.SUBTOTAL, None),
    "Freight": (CostRole.CHARGE, Tax("Z")),
    "Handling": (CostRole.CHARGE, Tax("Z")),
    "Discount": (CostRole.DISCOUNT, None),
    "Sales Tax": (CostRole.TAX, None),
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's address in the browser")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        admin = Membership.objects.active().filter(store=store, role=Role.ADMIN).first()
        if store is None or admin is None:
            raise CommandError(f"There is no store {options['store']} with an admin: connect it first.")
        # What somebody has said already stays.
        if newest_seller(store)._state.adding:
            save_seller(admin, EInvoiceSeller(store=store, **SELLER), based_on=None)
        if newest_taxes(store)._state.adding:
            countries = {code: checked_tax("S", Decimal(rate)) for code, rate in RATES.items()}
            countries["KW"] = checked_tax("G")
            taxes = EInvoiceTaxes(
                store=store,
                cost_lines=[
                    {"description": name, "role": role.value, "tax": None if tax is None else kept(tax)}
                    for name, (role, tax) in COSTS.items()
                ],
                countries={code: kept(tax) for code, tax in countries.items()},
            )
            save_taxes(admin, taxes, based_on=None)
