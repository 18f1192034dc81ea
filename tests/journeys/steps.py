"""What people do and read again and again on the way."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Debt


def amount_field(page: Page, debt: Debt) -> Locator:
    return page.get_by_role("textbox", name=f"Amount for invoice {debt.number}", exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def is_told(page: Page, words: str) -> None:
    """That it is done: where screen readers announce it."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def is_warned(page: Page, words: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=words).first).to_be_visible()
