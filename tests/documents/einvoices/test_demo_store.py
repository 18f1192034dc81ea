"""Every invoice of the demo store as an e-invoice, by rules that a store with customers in ten countries saves."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import cycle, product

import pytest
from lxml import etree

from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.facts import Buyer, CostRule, Facts, Role, Rules, Tax
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reading.official import schematron_findings, xsd_findings
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.writing.xml import xml_of
from arportal.mirror.models import Invoice
from tests.documents.einvoices.cases import BUYER, SELLER
from tests.whole import whole_or

# What the demo store's orders and its ERP ask for, in per cent of the goods; freight bears nothing there.
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
RULES = Rules(
    cost_lines=(
        CostRule("subtotal", Role.SUBTOTAL),
        CostRule("freight", Role.CHARGE, Tax("Z")),
        CostRule("handling", Role.CHARGE, Tax("Z")),
        CostRule("discount", Role.DISCOUNT),
        *(
            CostRule("Sales  tax", Role.TAX, Tax("S", Decimal(rate)), country)
            for country, rate in RATES.items()
        ),
        CostRule("Sales Tax", Role.TAX, Tax("Z"), "KW"),
    )
)
FACTS = Facts(SELLER, RULES)


@pytest.fixture
def outcomes(store):
    """Each invoice with its document, or the rules for which it has none."""

    def outcome(invoice: Invoice):
        try:
            return document_of(invoice, FACTS, replace(BUYER, legal_name=""))
        except Incomplete as incomplete:
            return {reason.rule for reason in incomplete.reasons}

    return [(invoice, outcome(invoice)) for invoice in Invoice.objects.filter(store=store).order_by("api_id")]


def test_all_of_it_can_be_sent_but_what_has_three_decimals(outcomes):
    refused = [(invoice, rules) for invoice, rules in outcomes if isinstance(rules, set)]
    assert {invoice.currency for invoice, _rules in refused} == {"KWD"}
    assert set.union(*(rules for _invoice, rules in refused)) <= {
        "BR-DEC-05",
        "BR-DEC-14",
        "BR-DEC-18",
        "BR-DEC-19",
        "BR-DEC-20",
        "BR-DEC-23",
    }
    kinds = Counter((made.kind, made.currency) for _invoice, made in outcomes if not isinstance(made, set))
    assert {kind for kind, _currency in kinds} == {"380", "381"}
    assert {"EUR", "USD", "JPY"} <= {currency for _kind, currency in kinds}


def test_nobody_has_said_anything_yet(store):
    """Everything that is missing at once, the store's and the company's and the invoice's."""
    invoice = Invoice.objects.filter(store=store, currency="EUR").order_by("api_id").first()
    with pytest.raises(Incomplete) as incomplete:
        document_of(invoice, Facts(replace(SELLER, name="", vat_id="", registration_id="")), Buyer())
    reasons = incomplete.value.reasons
    assert {(reason.of, reason.field) for reason in reasons} >= {
        ("store", "seller.legal_name"),
        ("store", "seller.registration_id"),
        ("store", "rules.cost_lines"),
    }
    unknown = [reason.words for reason in reasons if reason.field == "rules.cost_lines"]
    assert any("“Sales Tax”" in words for words in unknown)


def test_what_is_sent_is_valid(outcomes):
    documents = [document for _invoice, document in outcomes if not isinstance(document, set)]
    profiles = (Profile.FACTUR_X, Profile.PEPPOL)
    pairs = list(zip(documents[:: len(documents) // 8], cycle(profiles), strict=False))
    for document, profile in whole_or(list(product(documents, Profile)), pairs):
        root = etree.fromstring(xml_of(document, profile))
        assert (xsd_findings(root), schematron_findings(root)) == ((), ())
