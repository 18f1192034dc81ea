"""What is kept of seller, buyers and taxes: who may save it, what counts, and what an invoice to a company gets."""

from decimal import Decimal

import pytest

from arportal.documents.einvoices.facts import Role as CostRole
from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.records import buyer_of, facts_of, known_of, known_of_many, newest_seller
from arportal.documents.einvoices.saving import save_buyer, save_seller, save_taxes
from arportal.documents.einvoices.seen import SeenCost, seen_in
from arportal.documents.einvoices.taxes import WrongTax, checked_tax, kept, tax_of
from arportal.documents.models import EInvoiceBuyer, EInvoiceSeller, EInvoiceTaxes
from arportal.mirror.models import Company, Invoice
from arportal.receivables.changes.errors import Conflict
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Role, Store

GERMAN = kept(Tax("S", Decimal(19)))
EXPORT = kept(Tax("G", reason_code="VATEX-EU-G"))


def seller(admin, **fields) -> EInvoiceSeller:
    values = {"legal_name": "Harbour Supplies GmbH", "country": "DE", "iban": "DE89370400440532013000"}
    wanted = EInvoiceSeller(store=admin.store, **(values | fields))
    assert save_seller(admin, wanted, based_on=newest_seller(admin.store).pk)
    return wanted


@pytest.fixture
def taxes(admin) -> EInvoiceTaxes:
    wanted = EInvoiceTaxes(
        store=admin.store,
        cost_lines=[
            {"description": "Subtotal", "role": "subtotal", "tax": None},
            {"description": "Sales Tax", "role": "tax", "tax": None},
            {"description": "Freight", "role": "charge", "tax": kept(Tax("Z"))},
        ],
        countries={"DE": GERMAN, "US": EXPORT},
        line_field="tax class",
        line_taxes={"reduced": kept(Tax("S", Decimal(7)))},
    )
    assert save_taxes(admin, wanted, based_on=None)
    return wanted


def test_it_works(admin, company, taxes):
    assert facts_of(admin.store) is None
    seller(admin, city="Kiel", vat_id="DE136695976")
    facts = facts_of(admin.store)
    assert (facts.seller.address.city, facts.seller.vat_id) == ("Kiel", "DE136695976")
    assert facts.rules.line_taxes == {"reduced": Tax("S", Decimal(7))}
    assert {line.description: line.role for line in facts.rules.cost_lines} == {
        "Subtotal": CostRole.SUBTOTAL,
        "Sales Tax": CostRole.TAX,
        "Freight": CostRole.CHARGE,
    }
    save_buyer(admin, company, EInvoiceBuyer(vat_id="FR40303265045", tax=EXPORT), based_on=None)
    buyer = buyer_of(admin.store, company.api_id)
    assert (buyer.legal_name, buyer.vat_id) == (company.name, "FR40303265045")
    assert buyer.tax == Tax("G", reason_code="VATEX-EU-G")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.CONTROLLER])
def test_who_may_not(member, company, role):
    person = member(role)
    with pytest.raises(NotAllowed):
        save_seller(person, EInvoiceSeller(legal_name="x"), based_on=None)
    with pytest.raises(NotAllowed):
        save_taxes(person, EInvoiceTaxes(line_field="x"), based_on=None)
    with pytest.raises(NotAllowed):
        save_buyer(person, company, EInvoiceBuyer(vat_id="x"), based_on=None)
    assert not EInvoiceSeller.objects.exists()
    assert not EInvoiceTaxes.objects.exists()
    assert not EInvoiceBuyer.objects.exists()


def test_an_admin_who_does_not_see_the_company_may_not(admin, company):
    admin.all_companies, admin.company_ids = False, [company.api_id + 1]
    with pytest.raises(NotAllowed):
        save_buyer(admin, company, EInvoiceBuyer(vat_id="x"), based_on=None)


def test_what_was_there_stays_with_who_changed_it(admin, company):
    first = seller(admin)
    seller(admin, iban="FR1420041010050500013M02606")
    assert not save_seller(admin, _same(newest_seller(admin.store)), based_on=None)
    with pytest.raises(Conflict, match=str(admin.user)):
        save_seller(admin, EInvoiceSeller(legal_name="Mine", country="DE"), based_on=first.pk)
    latest = Activity.objects.filter(store=admin.store, kind=Activity.Kind.E_INVOICE).latest("id")
    assert latest.words == "Seller on e-invoices: IBAN"
    assert latest.details == {
        "before": {"iban": "DE89370400440532013000"},
        "after": {"iban": "FR1420041010050500013M02606"},
    }
    save_buyer(admin, company, EInvoiceBuyer(vat_id="FR40303265045"), based_on=None)
    latest = Activity.objects.filter(store=admin.store, kind=Activity.Kind.E_INVOICE).latest("id")
    assert (latest.about_id, latest.company_id) == (company.api_id, company.api_id)


def _same(row: EInvoiceSeller) -> EInvoiceSeller:
    return EInvoiceSeller.objects.get(pk=row.pk)


def test_extra_fields_tell_of_buyers_until_somebody_says_otherwise(admin, company):
    seller(
        admin, vat_field="VAT", endpoint_field="Peppol", endpoint_field_scheme="0088", reference_field="Ref"
    )
    _fill(company, VAT="de 136 695 976", Peppol="4012345000009", Ref="04011000-1234512345-06")
    known = known_of(admin.store, company.api_id)
    assert known.buyer.vat_id == "DE136695976"
    assert (known.buyer.endpoint_scheme, known.buyer.endpoint_id) == ("0088", "4012345000009")
    assert known.buyer.buyer_reference == "04011000-1234512345-06"
    assert known.taken == {"vat_id": "VAT", "endpoint_id": "Peppol", "buyer_reference": "Ref"}
    own = EInvoiceBuyer(vat_id="FR40303265045", endpoint_scheme="EM", endpoint_id="a@b.example")
    save_buyer(admin, company, own, based_on=None)
    known = known_of(admin.store, company.api_id)
    assert (known.buyer.vat_id, known.buyer.endpoint_scheme) == ("FR40303265045", "EM")
    assert known.taken == {"buyer_reference": "Ref"}


def test_an_extra_field_that_is_not_valid_is_named_and_not_used(admin, company):
    seller(admin, vat_field="VAT", endpoint_field="Peppol", reference_field="Ref")
    _fill(company, VAT="DE136695977", Peppol="4012345000009", Ref="x" * 101)
    known = known_of(admin.store, company.api_id)
    assert (known.buyer.vat_id, known.buyer.endpoint_id, known.buyer.buyer_reference) == ("", "", "")
    assert known.unusable["vat_id"].value == "DE136695977"
    assert "check digits" in known.unusable["vat_id"].reason
    assert "of which scheme" in known.unusable["endpoint_id"].reason
    assert "At most 100" in known.unusable["buyer_reference"].reason


def test_a_tax_that_goes_by_the_buyers_country(admin, company, taxes):
    seller(admin)
    rules = facts_of(admin.store).rules
    by_country = {rule.country: rule.tax for rule in rules.cost_lines if rule.role is CostRole.TAX}
    assert by_country == {"": None, "DE": tax_of(GERMAN), "US": tax_of(EXPORT)}
    assert rules.without_tax is None
    for country, without in (("DE", None), ("US", tax_of(EXPORT)), ("JP", None)):
        newest = EInvoiceBuyer.objects.filter(store=admin.store).order_by("-id").first()
        save_buyer(admin, company, EInvoiceBuyer(country=country), based_on=newest and newest.pk)
        assert known_of(admin.store, company.api_id).facts.rules.without_tax == without


def test_many_companies_take_as_many_queries_as_one(admin, django_assert_num_queries):
    seller(admin)
    ids = list(Company.objects.filter(store=admin.store).values_list("api_id", flat=True))
    with django_assert_num_queries(4):
        many = known_of_many(admin.store, [*ids, 999_999])
    assert many.keys() == {*ids, 999_999}
    assert many[999_999].buyer.legal_name == ""


def test_another_stores_facts_are_not_ours(admin, company):
    other = Store.objects.create(slug="other", name="Other", store_hash="other")
    EInvoiceSeller.objects.create(store=other, legal_name="Other", country="DE", vat_field="VAT")
    EInvoiceBuyer.objects.create(store=other, company_id=company.api_id, vat_id="FR40303265045")
    assert facts_of(admin.store) is None
    assert buyer_of(admin.store, company.api_id).vat_id == ""


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (("S", None), "rate"),
        (("S", Decimal(0)), "rate"),
        (("S", Decimal(101)), "rate"),
        (("S", Decimal("19.125")), "rate"),
        (("Z", Decimal(5)), "rate"),
        (("AE", Decimal(5)), "rate"),
        (("E", None), "reason"),
        (("E", None, "VATEX-EU-XX"), "reason_code"),
        (("S", Decimal(19), "", "because"), "reason"),
        (("O", None, "", "x" * 201), "reason"),
        (("L", Decimal(7)), "category"),
    ],
)
def test_taxes_that_cannot_be(given, part):
    with pytest.raises(WrongTax) as wrong:
        checked_tax(*given)
    assert wrong.value.part == part


def test_a_tax_is_kept_as_it_is_said():
    for given in (
        ("S", Decimal("19.00")),
        ("E", None, "VATEX-EU-132"),
        ("E", None, "", "Small  business"),
        ("AE", None),
    ):
        tax = checked_tax(*given)
        assert tax_of(kept(tax)) == tax
    assert checked_tax("K").reason_code == "VATEX-EU-IC"
    assert checked_tax("S", Decimal("19.00")).rate == 19
    assert tax_of({"category": "S", "rate": "much"}) is None


def test_what_stands_on_invoices(store):
    seen = seen_in(store)
    assert seen.invoices == Invoice.objects.filter(store=store, gone_at=None).count()
    assert {cost.description for cost in seen.costs.values()} >= {"Subtotal", "Freight", "Sales Tax"}
    assert seen.costs["sales tax"].invoices == seen.costs["subtotal"].invoices
    invoice = Invoice.objects.filter(store=store).latest("issued_at")
    invoice.raw = {
        "details": {
            "header": {"costLines": [{"description": "Sales Tax"}, {"description": "  sales  TAX"}]},
            "details": {"lineItems": [{"customFields": {"tax class": "reduced"}}]},
        }
    }
    invoice.save()
    again = seen_in(store)
    assert again.costs["sales tax"].invoices == seen.costs["sales tax"].invoices
    assert again.costs["sales tax"].description == "sales TAX"
    assert again.fields == {"tax class": {"reduced": 1}}
    invoice.raw = {"details": {"header": {"costLines": "?"}}}
    invoice.save()
    assert seen_in(store).invoices == seen.invoices - 1


@pytest.mark.parametrize(
    ("description", "role", "rate"),
    [
        ("Subtotal", CostRole.SUBTOTAL, ""),
        ("VAT 20%", CostRole.TAX, "20"),
        ("MwSt. 5,5 %", CostRole.TAX, "5.5"),
        ("Umsatzsteuer", CostRole.TAX, ""),
        ("Shipping", CostRole.CHARGE, ""),
        ("Coupon SUMMER 10%", CostRole.DISCOUNT, "10"),
        ("Something else", None, ""),
    ],
)
def test_suggestions(description, role, rate):
    cost = SeenCost(description, None)
    assert (cost.suggested_role, cost.suggested_rate) == (role, rate)


def _fill(company: Company, **values: str) -> None:
    company.extra_fields = [{"fieldName": name, "fieldValue": value} for name, value in values.items()]
    company.save()
