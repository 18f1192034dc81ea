"""From an invoice of the mirror to a document: what is told from what, and what is refused rather than guessed."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from arportal.b2b import Address, Money
from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.countries import country_code
from arportal.documents.einvoices.facts import Address as PartyAddress
from arportal.documents.einvoices.facts import CostRule, Facts, Role, Tax
from arportal.documents.einvoices.profiles import Profile, reasons
from arportal.documents.einvoices.reasons import Incomplete, Reason
from arportal.mirror.models import Invoice
from tests.documents.einvoices.cases import (
    BILLING,
    BUYER,
    EXEMPT,
    OUTSIDE,
    RULES,
    S10,
    S20,
    SELLER,
    ZERO,
    Case,
    Item,
    taxed,
)
from tests.documents.einvoices.shapes import MIXED, SHAPES


def refused(case: Case) -> list[Reason]:
    with pytest.raises(Incomplete) as incomplete:
        case.document()
    return list(incomplete.value.reasons)


def rules_broken(invoice: Invoice, case: Case) -> list[Reason]:
    try:
        document_of(invoice, case.facts, case.buyer)
    except Incomplete as incomplete:
        return list(incomplete.reasons)
    return []


def costs_of(invoice: Invoice) -> list[dict]:
    """The cost lines as the mirror has them, to be changed."""
    return invoice.raw["details"]["header"]["costLines"]


def with_rules(case: Case, *added: CostRule, **changes) -> Case:
    rules = replace(RULES, cost_lines=(*RULES.cost_lines, *added), **changes)
    return replace(case, facts=Facts(SELLER, rules))


def test_it_works():
    document = Case(freight=Decimal("12.50"), discount=Decimal(5), paid=Decimal(100)).document()
    totals = document.totals
    assert (document.number, document.kind) == ("INV-2026-00042", "380")
    assert (document.issued_on, document.due_on) == (dt.date(2026, 3, 2), dt.date(2026, 4, 1))
    assert (document.purchase_order, document.sales_order) == ("PO-4500017", "1042")
    assert document.buyer_reference == BUYER.buyer_reference
    assert [(line.quantity, line.price, line.net) for line in document.lines] == [
        (2, 319, 638),
        (6, Decimal("72.25"), Decimal("433.50")),
    ]
    assert [(charge.reason, charge.amount, charge.is_discount) for charge in document.charges] == [
        ("Freight", Decimal("12.50"), False),
        ("Discount", 5, True),
    ]
    assert (totals.lines, totals.net, totals.tax) == (Decimal("1071.50"), 1079, Decimal("215.80"))
    assert (totals.gross, totals.paid, totals.payable) == (Decimal("1294.80"), 100, Decimal("1194.80"))
    assert (document.payment.means, document.payment.iban) == ("58", "DE89370400440532013000")
    assert document.seller.address.country == "DE"


def test_a_credit_has_positive_amounts():
    document = replace(MIXED, sign=-1, paid=Decimal(7)).document()
    assert document.kind == "381"
    amounts = [*(line.net for line in document.lines), *(tax.amount for tax in document.taxes)]
    assert min(amounts) >= 0
    assert min(line.quantity for line in document.lines) > 0
    assert document.totals.payable == document.totals.gross - 7


def test_what_goes_back_on_an_invoice_has_a_quantity_below_zero():
    lines = Case(items=(Item(quantity=Decimal(9)), Item(price=Decimal("-20.05")))).document().lines
    assert [(line.quantity, line.price, line.net) for line in lines] == [
        (9, 319, 2871),
        (-2, Decimal("20.05"), Decimal("-40.10")),
    ]


def test_a_gift_that_comes_back_has_a_quantity_above_zero():
    lines = SHAPES["a gift that comes back"].document().lines
    assert [(line.quantity, line.price) for line in lines] == [(2, 319), (1, 0)]


def test_each_line_bears_the_tax_that_its_field_says():
    document = MIXED.document()
    assert [line.tax for line in document.lines] == [S20, S10, ZERO]
    assert [(tax.tax, tax.base, tax.amount) for tax in document.taxes] == [
        (S20, 638, Decimal("127.60")),
        (S10, 638, Decimal("63.80")),
        (ZERO, 638, 0),
    ]


def test_of_several_taxes_none_is_guessed():
    invoice = MIXED.invoice()
    for line in invoice.raw["details"]["details"]["lineItems"]:
        line["customFields"] = {}
    told = rules_broken(invoice, MIXED)
    words = "The invoice has several taxes, and which of them these lines bear is not said: 1, 2, 3."
    assert [(reason.words, reason.rule) for reason in told] == [(words, "BR-CO-04")]


def test_a_charge_among_several_taxes_says_its_own():
    invoice = replace(MIXED, extra=Decimal("12.50")).invoice()
    costs_of(invoice).append({"description": "Freight", "amount": {"code": "EUR", "value": "12.50"}})
    assert ("BR-37", "store") in {(reason.rule, reason.of) for reason in rules_broken(invoice, MIXED)}
    rules = replace(RULES, cost_lines=(CostRule(" FREIGHT", Role.CHARGE, ZERO), *RULES.cost_lines))
    document = document_of(invoice, Facts(SELLER, rules), MIXED.buyer)
    assert document.taxes[2].base == Decimal("650.50")


def test_what_nobody_has_said():
    words = {reason.words for reason in refused(replace(Case(), facts=Facts(SELLER)))}
    assert words >= {
        "Nobody has said yet what the cost line “Subtotal” means.",
        "Nobody has said yet what the cost line “VAT 20%” means.",
    }
    case = replace(Case(taxes=()))
    assert "The invoice has no tax line, and what that means has not been said yet." in {
        reason.words for reason in refused(case)
    }
    assert with_rules(case, without_tax=EXEMPT).document().taxes[0].tax == EXEMPT
    unknown = replace(Case(), items=(Item(vat="reduced"),))
    assert any("has “reduced” as its tax" in reason.words for reason in refused(unknown))
    no_rate = replace(RULES, cost_lines=(RULES.cost_lines[0], CostRule("VAT 20%", Role.TAX)))
    assert any(
        "Which tax the cost line “VAT 20%” is" in reason.words
        for reason in refused(replace(Case(), facts=Facts(SELLER, no_rate)))
    )


def test_a_rule_for_a_country_goes_first():
    french = CostRule("vat  20%", Role.TAX, Tax("S", Decimal(20), reason=""), "FR")
    german = CostRule("VAT 20%", Role.TAX, Tax("S", Decimal(19)), "DE")
    assert with_rules(Case(), french, german).document().taxes[0].tax == french.tax
    germany = replace(Case(), billing=replace(BILLING, country="Deutschland"))
    assert [reason.rule for reason in refused(with_rules(germany, french, german))] == ["BR-S-09"]


def test_a_tax_line_of_nothing_counts_if_there_is_no_other():
    """Stores write a line for each of their rates."""
    case = Case(taxes=(("VAT 20%", S20),))
    invoice = case.invoice()
    costs_of(invoice).append({"description": "VAT 10%", "amount": {"code": "EUR", "value": "0.00"}})
    assert [tax.tax for tax in document_of(invoice, case.facts, case.buyer).taxes] == [S20]


def test_one_tax_for_all_that_a_company_buys():
    document = taxed(Case(freight=Decimal(9)), Tax("AE")).document()
    assert {tax.category for tax in document.all_taxes} == {"AE"}
    assert document.taxes[0].tax.reason_code == "VATEX-EU-AE"
    assert (document.totals.tax, document.totals.net) == (0, Decimal("1080.50"))
    asked_all_the_same = replace(Case(), buyer=replace(BUYER, tax=Tax("AE")))
    [reason] = refused(asked_all_the_same)
    assert (reason.rule, reason.by) == ("BR-AE-09", Money(Decimal("214.30"), "EUR"))


def test_where_no_tax_is_concerned_no_vat_id_is_named():
    document = taxed(Case(), OUTSIDE).document()
    assert (document.seller.vat_id, document.buyer.vat_id) == ("", "")


def test_figures_that_do_not_fit_are_told_with_rule_and_difference():
    [reason] = refused(Case(extra=Decimal("0.01")))
    assert (reason.rule, reason.by) == ("BR-CO-15", Money(Decimal("0.01"), "EUR"))
    case = Case()
    invoice = case.invoice()
    costs_of(invoice)[0]["amount"]["value"] = "1071.00"
    assert [(one.rule, one.by.amount) for one in rules_broken(invoice, case)] == [
        ("BR-CO-10", Decimal("0.50"))
    ]


def test_a_tax_rounded_line_by_line_is_forgiven_and_nothing_more():
    """Three lines of 0.33 at 20 % are 0.20 of tax, and 0.21 where each is rounded by itself."""
    case = Case(items=tuple(Item(quantity=Decimal(1), price=Decimal("0.33")) for _line in range(3)))
    for asked, rules in (("0.20", []), ("0.21", []), ("0.22", []), ("0.23", ["BR-S-09"])):
        invoice = case.invoice()
        costs_of(invoice)[1]["amount"]["value"] = asked
        invoice.original_balance = invoice.open_balance = Decimal("0.99") + Decimal(asked)
        assert [reason.rule for reason in rules_broken(invoice, case)] == rules, asked


def test_no_decimal_is_rounded_away():
    fine = Case(items=(Item(price=Decimal("4512.345"), quantity=Decimal(1)),), currency="KWD")
    told = {reason.rule: reason for reason in refused(fine)}
    assert told["BR-DEC-23"].by == Money(Decimal("0.005"), "KWD")
    assert "2 decimals in KWD at most; 4,512.345" in told["BR-DEC-23"].words
    assert Case(items=(Item(price=Decimal("12.500")),), currency="KWD").document()


def test_a_country_in_words():
    cases = {
        "FR": ("France", "fr", "FRA", "Frankreich", " francia "),
        "US": ("United States", "USA"),
        "": ("", "Narnia"),
    }
    for code, names in cases.items():
        assert [country_code(name) for name in names] == [code] * len(names)


def test_an_address_that_names_no_country():
    nowhere = replace(Case(), billing=replace(BILLING, country="Narnia"))
    assert [(reason.rule, reason.of) for reason in refused(nowhere)] == [("BR-11", "company")]
    known = replace(nowhere, buyer=replace(BUYER, country="NO")).document()
    assert known.buyer.address == PartyAddress("12 rue des Forges", "Bât. B", "Lyon", "69001", "", "NO")
    none = replace(Case(), billing=None, buyer=replace(BUYER, country="NO")).document()
    assert none.buyer.address == PartyAddress(country="NO")


def test_deliveries():
    two = replace(Case(), shipping=(BILLING, replace(BILLING, city="Lille")), ship_date="2026-03-01")
    assert two.document().delivery.address == PartyAddress()
    nowhere = replace(Case(), shipping=(Address(city="Lyon", country="Narnia"),), ship_date="soon")
    assert nowhere.document().delivery is None


def test_text_that_xml_cannot_hold():
    [line] = replace(Case(), items=(Item("a\x07b\n c\u202e", comments=" one\ntwo "),)).document().lines
    assert (line.name, line.note) == ("ab c", "one\ntwo")


def test_what_a_profile_wants_beyond():
    bare = Case(
        facts=Facts(replace(SELLER, endpoint_id="", contact_phone="12", contact_email="x", iban=""), RULES),
        buyer=replace(BUYER, buyer_reference="", endpoint_id=""),
        billing=replace(BILLING, city="", zip_code=""),
        po="",
        terms="Net,\n #SKONTO#",
    ).document()
    assert reasons(bare, Profile.FACTUR_X) == ()
    assert [reason.rule for reason in reasons(bare, Profile.PEPPOL)] == [
        "PEPPOL-EN16931-R010",
        "PEPPOL-EN16931-R020",
        "PEPPOL-EN16931-R003",
    ]
    assert [reason.rule for reason in reasons(bare, Profile.XRECHNUNG)] == [
        "PEPPOL-EN16931-R010",
        "PEPPOL-EN16931-R020",
        "BR-DE-15",
        "BR-DE-8",
        "BR-DE-9",
        "BR-DE-1",
        "BR-DE-27",
        "BR-DE-28",
        "BR-DE-18",
    ]


def test_what_peppol_does_not_carry():
    mailed = replace(BUYER, endpoint_id="ap@fjord.example", endpoint_scheme="EM")
    document = replace(Case(), buyer=mailed).document()
    told = [(reason.rule, reason.of) for reason in reasons(document, Profile.PEPPOL)]
    assert told == [("PEPPOL-EN16931-CL008", "company")]
    assert reasons(document, Profile.XRECHNUNG) == ()


def test_a_line_rounded_to_a_currency_without_decimals():
    item = Item(quantity=Decimal("0.5"), price=Decimal("2460.5"))
    document = Case(items=(item,), currency="JPY").document()
    for profile in (Profile.PEPPOL, Profile.XRECHNUNG):
        [reason] = reasons(document, profile)
        assert (reason.rule, reason.by) == ("PEPPOL-EN16931-R120", Money(Decimal("0.25"), "JPY"))
        assert "1,230 is not 1,230.25" in reason.words
    assert reasons(document, Profile.FACTUR_X) == ()


def test_within_germany_peppol_wants_what_xrechnung_does():
    seller = replace(SELLER, contact_name="")
    case = Case(facts=Facts(seller, RULES), billing=replace(BILLING, country="Germany"))
    assert [reason.rule for reason in reasons(case.document(), Profile.PEPPOL)] == ["DE-R-005"]
