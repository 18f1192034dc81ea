"""A day's bank lines by keyboard alone: Enter takes what is suggested and is at the next line."""

import re

from playwright.sync_api import expect

from arportal.stores.models import Role
from tests.journeys.flaws import flaws_on_the_way
from tests.receivables.bank.test_keeping import a_file
from tests.whole import whole_or

LINES = whole_or(100, 3)


def test_enter_for_each_line(visit, world):
    """110 keys for a hundred lines: some invoices are paid in full, others in many small parts, and every
    tenth line names nothing and is left out by two."""
    owed = world.get("/ip/invoices", limit=250)
    usd = [each for each in owed if each["openBalance"]["code"] == "USD" and each["status"] == 0]
    usd = [each for each in usd if float(each["openBalance"]["value"]) > 50]
    full, parts = usd[::2][: LINES // 2], usd[1::2]
    lines = [
        (f"{float(each['openBalance']['value']):.2f}", f"Invoice {each['invoiceNumber']}") for each in full
    ]
    for number in range(LINES - len(lines)):
        invoice = parts[number % len(parts)]
        lines.append((f"{1 + number / 100:.2f}", f"Part of {invoice['invoiceNumber']}"))
    lines[1::10] = [("1.01", f"loan {chr(97 + number)}") for number in range(len(lines[1::10]))]
    page = visit(Role.CONTROLLER)
    page.goto("/s/demo/bank/files/")
    content = a_file(*lines, currency="USD")
    page.get_by_label("Bank file").set_input_files(
        {"name": "day.sta", "mimeType": "text/plain", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What was in it")).to_be_visible()
    found = flaws_on_the_way(page)
    page.get_by_role("link", name="Work through the open lines").click()
    keys = 0
    for left in range(len(lines), 0, -1):
        expect(page.get_by_text(re.compile(rf"^\s*{left} lines? (is|are) open"))).to_be_visible()
        if left == len(lines):
            found += flaws_on_the_way(page)
        pressed = ["i", "Enter"] if page.get_by_text(re.compile("loan [a-z]")).count() else ["Enter"]
        for key in pressed:
            page.keyboard.press(key)
        keys += len(pressed)
    expect(page.get_by_role("heading", name="Bank lines")).to_be_visible()
    assert (len(lines), keys) == (LINES, LINES + len(lines[1::10]))
    page.locator("#list tbody a").first.click()
    page.get_by_role("link", name="Take it back").first.click()
    assert found + flaws_on_the_way(page) == []
