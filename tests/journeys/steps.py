"""What people do and read again and again on the way."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Debt


def amount_field(page: Page, debt: Debt) -> Locator:
    return page.get_by_role("textbox", name=f"Amount for invoice {debt.number}", exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose_method(page: Page, method: str = "Cheque") -> None:
    page.get_by_label("Method", exact=True).select_option(method)


def record(page: Page) -> None:
    """From the filled form of a payment over its preview to the store."""
    press(page, "Preview")
    press(page, "Record payment")


def tab_to(page: Page, name: str, role: Any = "textbox") -> int:
    """How often Tab was pressed for it."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for count in range(1, 121):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return count
    raise AssertionError(f"{name} cannot be reached by Tab.")


def download_from_store(page: Page) -> None:
    """On an invoice's page, the PDF that the store makes."""
    page.locator("summary", has_text="PDF").click()
    page.get_by_role("link", name="Store's own").click()


def is_told(page: Page, words: str) -> None:
    """That it is done: where screen readers announce it."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def is_warned(page: Page, words: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=words).first).to_be_visible()
