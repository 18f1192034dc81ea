"""Amounts in the browser: its scripts read what the server reads, and a person's own format is a click away."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from arportal.b2b import minor_digits
from arportal.receivables.tables.amounts import pattern
from arportal.stores.models import Role
from tests.journeys.steps import amount_field, choose_method, press
from tests.receivables.tables.test_amounts import READABLE, REFUSED
from tests.whole import only_whole

READ = """async (rows) => {
  const { units } = await import("/static/arportal/amounts.js");
  return rows.map(({ text, form }) => units(text, form)?.toString() ?? null);
}"""


def test_the_scripts_read_what_the_server_reads(visit, form_url):
    page = visit(Role.CLERK)
    page.goto(form_url)
    rows = [(*row[:3], row[3]) for row in READABLE] + [(*row[:3], None) for row in REFUSED]
    asked = [
        {
            "text": text,
            "form": {
                "dataset": {
                    "digits": str(minor_digits(currency)),
                    "pattern": pattern(number_format, currency),
                    "format": number_format.value,
                }
            },
        }
        for text, currency, number_format, _amount in rows
    ]
    read = page.evaluate(READ, asked)
    wanted = [
        None if amount is None else str(int(Decimal(amount).scaleb(minor_digits(currency))))
        for _text, currency, _format, amount in rows
    ]
    # Nothing is too little for the server; the running total may add it.
    zero = [row[0] for row in rows].index("0.00")
    assert read[zero] == "0"
    wanted[zero] = "0"
    assert dict(zip([row[:3] for row in rows], read, strict=True)) == dict(
        zip([row[:3] for row in rows], wanted, strict=True)
    )


@only_whole("desk/test_number_formats.py::test_it_works")
def test_a_person_who_writes_commas(visit, debtor, form_url, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    field = amount_field(page, debtor.debts[0])
    field.fill("2,25")
    choose_method(page)
    page.get_by_label("Memo").fill("as I left it")
    press(page, "Preview")
    press(page, "I write 1.234,50: use that from now on")
    expect(field).to_have_value("2,25")
    expect(field).to_have_accessible_description(re.compile("Read as 2,25 from now on"))
    expect(page.get_by_label("Memo")).to_have_value("as I left it")
    expect(page.locator("[data-allocated]")).to_have_text("2,25")
    assert world.writes() == []
    press(page, "Preview")
    press(page, "Record payment")
    assert [line["amount"] for line in world.writes()[0]["body"]["lineItems"]] == ["2.25"]
