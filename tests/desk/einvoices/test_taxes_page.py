"""The tax rules: rows for what invoices really have, suggestions that count once they are saved."""

import re

import pytest

from arportal.documents.einvoices.records import newest_taxes
from arportal.documents.models import EInvoiceTaxes
from arportal.mirror.models import Invoice
from arportal.stores.models import Store
from tests.whole import only_whole

PAGE = "/s/demo/e-invoices/taxes/"


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


def shown(browser) -> dict[str, str]:
    """The fields of the form as a browser would send them back."""
    page = browser.get(PAGE).content.decode()
    form = page[page.index('<form method="post" novalidate') : page.index("Who changed what")]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        if name := re.search(r' name="([^"]*)"', tag):
            value = re.search(r' value="([^"]*)"', tag)
            fields[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def row(fields: dict[str, str], key: str) -> str:
    """What the names of the fields of a row begin with."""
    return next(name for name, value in fields.items() if value == key and re.fullmatch(r"\w+-\d+", name))


def newest_invoice_has(store: Store, details: dict) -> None:
    invoice = Invoice.objects.filter(store=store).latest("issued_at")
    invoice.raw = invoice.raw | {"details": details}
    invoice.save()


def test_suggestions_count_once_they_are_saved(browser, store):
    fields = shown(browser)
    assert newest_taxes(store).cost_lines == []
    tax, germany = row(fields, "Sales Tax"), row(fields, "DE")
    assert fields[f"{tax}-role"] == "tax"
    fields |= {f"{germany}-category": "S", f"{germany}-rate": "19"}
    before = browser.get(PAGE).content.decode()
    after = browser.post(PAGE, fields, follow=True).content.decode()
    assert before.count("Suggested: counts once saved") == 3
    assert "Saved." in after
    assert "Suggested: counts once saved" not in after
    saved = newest_taxes(store)
    assert {line["description"]: line["role"] for line in saved.cost_lines} == {
        "Subtotal": "subtotal",
        "Freight": "charge",
        "Sales Tax": "tax",
    }
    assert saved.countries == {"DE": {"category": "S", "rate": "19", "reason_code": "", "reason": ""}}
    assert "Nothing was changed." in browser.post(PAGE, shown(browser), follow=True).content.decode()


def test_a_rate_that_a_description_names_is_suggested(browser, store):
    costs = [{"description": "VAT 20%", "amount": {"code": "EUR", "value": "1.00"}}]
    newest_invoice_has(store, {"header": {"costLines": costs}})
    fields = shown(browser)
    name = row(fields, "VAT 20%")
    assert [fields[f"{name}-{part}"] for part in ("role", "category", "rate")] == ["tax", "S", "20"]


def test_a_country_more_and_a_reason(browser, store):
    fields = shown(browser)
    *_others, another = (name for name in fields if re.fullmatch(r"country-\d+", name))
    assert fields[another] == ""
    fields |= {
        another: "NO",
        f"{another}-category": "E",
        f"{another}-reason": "VATEX-EU-132 In the public interest",
        "without-category": "O",
    }
    browser.post(PAGE, fields)
    saved = newest_taxes(store)
    assert saved.countries["NO"]["reason_code"] == "VATEX-EU-132"
    assert saved.without_tax["reason_code"] == "VATEX-EU-O"


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"category": "S", "rate": ""}, "rate", "above 0"),
        ({"category": "S", "rate": "much"}, "rate", "number"),
        ({"category": "E"}, "reason", "Say why"),
        ({"category": "L", "rate": "7"}, "category", "not one of the available"),
    ],
)
def test_what_is_refused_comes_back_with_the_reason(browser, changes, field, reason):
    fields = shown(browser)
    germany = row(fields, "DE")
    fields |= {f"{germany}-{part}": value for part, value in changes.items()}
    fields |= {"without-category": "E", "without-reason": "kept in vain"}
    answer = browser.post(PAGE, fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing has been saved yet: check the marked fields." in text
    error = text[text.index(f'id="id_{germany}-{field}_error"') :][:300]
    assert reason in error
    assert 'value="kept in vain"' in text
    assert not EInvoiceTaxes.objects.exists()


def test_what_the_page_hides_for_a_category_is_not_meant(browser, store):
    fields = shown(browser)
    germany, states = row(fields, "DE"), row(fields, "US")
    fields |= {f"{germany}-category": "AE", f"{germany}-rate": "19", f"{states}-rate": "5"}
    browser.post(PAGE, fields)
    assert newest_taxes(store).countries == {
        "DE": {"category": "AE", "rate": "0", "reason_code": "VATEX-EU-AE", "reason": ""}
    }


def test_a_row_that_is_not_whole(browser):
    fields = shown(browser)
    *_others, another = (name for name in fields if re.fullmatch(r"country-\d+", name))
    freight, germany = row(fields, "Freight"), row(fields, "DE")
    fields |= {
        f"{freight}-role": "",
        f"{freight}-category": "Z",
        another: "DE",
        f"{another}-category": "Z",
        f"{germany}-category": "Z",
        "without-category": "S",
        "without-rate": "19",
    }
    text = browser.post(PAGE, fields).content.decode()
    assert "Say what this line means." in text
    assert "This country is there already." in text
    assert "is not taxed at a rate" in text
    assert "Choose the country." in browser.post(PAGE, fields | {another: ""}).content.decode()


@only_whole("test_suggestions_count_once_they_are_saved")
def test_what_invoices_no_longer_have_stays(browser, taxes):
    taxes.cost_lines = [*taxes.cost_lines, {"description": "Old fee", "role": "charge", "tax": None}]
    taxes.save()
    page = browser.get(PAGE).content.decode()
    assert "Old fee" in page
    assert "on none of them" in page


@only_whole("test_suggestions_count_once_they_are_saved")
def test_values_of_the_chosen_field_of_lines(browser, store, taxes):
    lines = [{"customFields": {"class": "reduced"}, "description": "Book"}]
    newest_invoice_has(store, {"details": {"lineItems": lines}})
    browser.post(PAGE, shown(browser) | {"line_field": "class"})
    fields = shown(browser)
    reduced = row(fields, "reduced")
    browser.post(PAGE, fields | {f"{reduced}-category": "S", f"{reduced}-rate": "7"})
    assert newest_taxes(store).line_taxes["reduced"]["rate"] == "7"


@only_whole("desk/einvoices/test_buyer_page.py::test_somebody_else_saved_meanwhile")
def test_somebody_else_saved_meanwhile(browser, taxes):
    answer = browser.post(PAGE, shown(browser) | {"based_on": "", "without-category": "O"})
    assert answer.status_code == 422
    assert "has saved this meanwhile" in answer.content.decode()
