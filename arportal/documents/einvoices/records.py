"""The facts of e-invoices as they are kept: of a store, and of the companies that buy from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from arportal import b2b
from arportal.documents.einvoices.countries import country_code
from arportal.documents.einvoices.facts import Address, Buyer, CostRule, Facts, Role, Rules, Seller
from arportal.documents.einvoices.identifiers import NotValid, vat_id
from arportal.documents.einvoices.schemes import split_address
from arportal.documents.einvoices.taxes import tax_of
from arportal.documents.models import EInvoiceBuyer, EInvoiceSeller, EInvoiceTaxes
from arportal.mirror.models import Company
from arportal.stores.models import Store

Row = TypeVar("Row", EInvoiceSeller, EInvoiceTaxes, EInvoiceBuyer)
ADDRESS = ("street", "street2", "city", "zip_code", "region", "country")
SELLER = (
    "trading_name",
    "vat_id",
    "tax_number",
    "registration_id",
    "registration_scheme",
    "endpoint_id",
    "endpoint_scheme",
    "contact_name",
    "contact_phone",
    "contact_email",
    "iban",
    "bic",
    "account_name",
)
BUYER = (
    "legal_name",
    "vat_id",
    "registration_id",
    "endpoint_id",
    "endpoint_scheme",
    "buyer_reference",
    "country",
)
LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class Unusable:
    """The value of an extra field that was not taken, and why."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """One company and the store's facts as they hold for it.

    `taken`: what of the buyer was taken from extra fields, by the name of the field. `unusable`: what of it could
    not be, likewise by the buyer's own attribute. `facts` is None as long as the store has said nothing of itself.
    """

    facts: Facts | None
    buyer: Buyer
    taken: Mapping[str, str] = field(default_factory=dict)
    unusable: Mapping[str, Unusable] = field(default_factory=dict)


def newest_seller(store: Store) -> EInvoiceSeller:
    """The row that counts now; an empty one that is not saved, when there is none."""
    return newest(EInvoiceSeller.objects.filter(store=store)) or EInvoiceSeller(store=store)


def newest_taxes(store: Store) -> EInvoiceTaxes:
    return newest(EInvoiceTaxes.objects.filter(store=store)) or EInvoiceTaxes(store=store)


def newest_buyer(store: Store, company_id: int) -> EInvoiceBuyer:
    rows = EInvoiceBuyer.objects.filter(store=store, company_id=company_id)
    return newest(rows) or EInvoiceBuyer(store=store, company_id=company_id)


def facts_of(store: Store) -> Facts | None:
    """The facts the store has said of itself; None for nothing yet. What holds for one company's invoices is told by
    `known_of`."""
    seller = newest_seller(store)
    return _facts(seller, newest_taxes(store))


def _facts(seller: EInvoiceSeller, taxes: EInvoiceTaxes) -> Facts | None:
    if seller._state.adding:
        return None
    values = {name: getattr(seller, name) for name in SELLER}
    address = Address(**{name: getattr(seller, name) for name in ADDRESS})
    return Facts(Seller(name=seller.legal_name, address=address, **values), rules_of(taxes))


def rules_of(row: EInvoiceTaxes) -> Rules:
    """A tax line whose rule names no tax has one rule for each country that has a tax."""
    cost_lines = []
    for line in row.cost_lines:
        rule = CostRule(line["description"], Role(line["role"]), tax_of(line["tax"]))
        cost_lines.append(rule)
        if rule.role is Role.TAX and rule.tax is None:
            countries = ((code, tax_of(kept)) for code, kept in row.countries.items())
            cost_lines += [replace(rule, country=code, tax=tax) for code, tax in countries if tax]
    return Rules(
        cost_lines=tuple(cost_lines),
        line_field=row.line_field,
        line_taxes={value: tax for value, kept in row.line_taxes.items() if (tax := tax_of(kept))},
        without_tax=tax_of(row.without_tax),
    )


def buyer_of(store: Store, company_id: int) -> Buyer:
    return known_of(store, company_id).buyer


def known_of(store: Store, company_id: int) -> Known:
    """All that an e-invoice to this company needs beyond the invoice."""
    return known_of_many(store, [company_id])[company_id]


def known_of_many(store: Store, company_ids: Iterable[int]) -> dict[int, Known]:
    """Company id → what is known of it; also of companies that the mirror does not have. Four queries for all."""
    ids = set(company_ids)
    seller, taxes = newest_seller(store), newest_taxes(store)
    facts = _facts(seller, taxes)
    companies = Company.objects.filter(store=store).defer("raw").by_api_id(ids)
    rows = EInvoiceBuyer.objects.filter(store=store, company_id__in=ids).order_by("company_id", "-id")
    kept = {row.company_id: row for row in rows.distinct("company_id")}
    return {
        company_id: _known(facts, seller, taxes, companies.get(company_id), kept.get(company_id))
        for company_id in ids
    }


def _known(
    facts: Facts | None,
    seller: EInvoiceSeller,
    taxes: EInvoiceTaxes,
    company: Company | None,
    row: EInvoiceBuyer | None,
) -> Known:
    values = {name: getattr(row, name) if row else "" for name in BUYER}
    taken: dict[str, str] = {}
    unusable: dict[str, Unusable] = {}
    extra = {} if company is None else _extra_fields(company)
    for name, field_name in mapped(seller).items():
        text = extra.get(field_name, "")
        if not text or values[name]:
            continue
        try:
            read = _read(name, text, seller.endpoint_field_scheme)
        except NotValid as wrong:
            unusable[name] = Unusable(field_name, text, str(wrong))
        else:
            values |= read
            taken[name] = field_name
    if company is not None:
        values["legal_name"] = values["legal_name"] or company.name
        values["country"] = values["country"] or country_code(company.country)
    buyer = Buyer(**values, tax=tax_of(row.tax) if row else None)
    held = facts and facts.of_country(tax_of(taxes.countries.get(buyer.country)))
    return Known(held, buyer, taken, unusable)


def mapped(seller: EInvoiceSeller) -> dict[str, str]:
    """Attribute of a buyer → the extra field that tells it, for those that the store has chosen."""
    fields = {
        "vat_id": seller.vat_field,
        "endpoint_id": seller.endpoint_field,
        "buyer_reference": seller.reference_field,
    }
    return {name: field_name for name, field_name in fields.items() if field_name}


def _read(name: str, text: str, scheme: str) -> dict[str, str]:
    """Attributes of a buyer that an extra field tells. Raises NotValid."""
    if name == "vat_id":
        return {"vat_id": vat_id(text)}
    if name == "endpoint_id":
        endpoint_scheme, number = split_address(text, scheme)
        return {"endpoint_scheme": endpoint_scheme, "endpoint_id": number}
    if len(text) > LONGEST_REFERENCE:
        raise NotValid(_("At most %(count)d characters.") % {"count": LONGEST_REFERENCE})
    return {name: text}


def _extra_fields(company: Company) -> dict[str, str]:
    values = [b2b.ExtraFieldValue.parse(raw) for raw in company.extra_fields if isinstance(raw, dict)]
    return {value.name: " ".join(value.value.split()) for value in values}


def newest(rows: QuerySet[Row]) -> Row | None:
    return rows.order_by("-id").select_related("saved_by__user").first()
