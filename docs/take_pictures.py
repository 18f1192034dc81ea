"""Takes a picture of the main pages of a running arportal, wide and narrow, light and dark.

    make run
    .venv/bin/python docs/take_pictures.py http://127.0.0.1:8000 pictures/

Give it a trial to look at: on the way it records four payments of 1.00. It needs the browser that `make test`
installs. docs/overview.png and docs/queue.png are its `overview-1440-light.png` and `payments-1440-light.png`; names
behind the directory, such as `overview payments`, take these pages alone.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "arportal-demo"  # noqa: S105 - of the demo people
SIZES = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}
FIRST_ROW = "#list tbody tr:first-child a"
# Of these what a window shows; of all others the whole page.
IN_README = ("overview", "payments")


def at(path: str) -> Callable[[Page], None]:
    return lambda page: goto(page, path)


def goto(page: Page, path: str) -> None:
    page.goto(path if path.startswith("/accounts") else f"/s/sandbox/{path}")


def first_of(path: str) -> Callable[[Page], None]:
    """The page behind the first row of a list."""

    def follow(page: Page) -> None:
        goto(page, path)
        address = page.locator(FIRST_ROW).first.get_attribute("href")
        page.goto(str(address))

    return follow


def refund(page: Page) -> None:
    first_of("payments/?status=3")(page)
    page.get_by_role("link", name="Refunded").click()


def company_that_owes(page: Page) -> None:
    first_of("invoices/?status=unpaid&currency=USD")(page)
    page.locator(".crumbs a").last.click()


def record_form(page: Page) -> None:
    company_that_owes(page)
    page.locator("#list td.pick input").first.check()
    page.get_by_role("button", name="Record payment").click()


def refused_form(page: Page) -> None:
    record_form(page)
    page.locator("input.amount").first.fill("twelve")
    page.get_by_role("button", name="Preview").click()


def record_preview(page: Page) -> None:
    record_form(page)
    for field in page.locator("input.amount").all():
        field.fill("")
    page.locator("input.amount").first.fill("1")
    page.get_by_label("Amount received").fill("1")
    page.get_by_label("Method").select_option("Cheque")
    page.get_by_label("Reference").fill("Cheque 20418")
    page.get_by_role("button", name="Preview").click()


def recorded(page: Page) -> None:
    record_preview(page)
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    page.get_by_role("button", name="Record payment").click()


def shortcuts(page: Page) -> None:
    goto(page, "invoices/")
    page.keyboard.press("?")


def menus(page: Page) -> None:
    goto(page, "")
    page.locator("summary", has_text="Account menu").click()
    menu = page.get_by_role("button", name="Menu", exact=True)
    if menu.is_visible():
        page.keyboard.press("Escape")
        menu.click()


def wrong_password(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    goto(page, "/accounts/login/")
    page.get_by_label("E-mail address").fill("clerk@example.com")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Sign in", exact=True).click()


PAGES: dict[str, Callable[[Page], None]] = {
    "overview": at(""),
    "menus": menus,
    "shortcuts": shortcuts,
    "sync": at("sync/"),
    "companies": at("companies/"),
    "company": company_that_owes,
    "invoices": at("invoices/"),
    "invoices-overdue": at("invoices/?status=overdue&sort=due"),
    "invoices-none": at("invoices/?q=nothing-like-this"),
    "invoice": first_of("invoices/?status=partly-paid"),
    "payments": at("payments/"),
    "payments-all": at("payments/?status=all"),
    "payment": first_of("payments/?status=all"),
    "payment-refund": refund,
    "record-company": at("payments/record/"),
    "record": record_form,
    "record-refused": refused_form,
    "record-preview": record_preview,
    "recorded": recorded,
    "not-found": at("invoices/999999999/"),
    "sign-in-refused": wrong_password,
}


def main() -> None:
    address, directory, *only = sys.argv[1:]
    Path(directory).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell"), args=options
        )
        for scheme in ("light", "dark"):
            for width in SIZES:
                take(browser, address, Path(directory), width, scheme, only or list(PAGES))
        browser.close()


def take(browser: Browser, address: str, directory: Path, width: str, scheme: str, names: list[str]) -> None:
    context = browser.new_context(base_url=address, viewport=SIZES[width], color_scheme=scheme)
    page = context.new_page()
    sign_in(page)
    for name in names:
        PAGES[name](page)
        page.screenshot(path=directory / f"{name}-{width}-{scheme}.png", full_page=name not in IN_README)
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("admin@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Overview").wait_for()


if __name__ == "__main__":
    main()
