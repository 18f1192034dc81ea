"""What holds on every page: nothing for axe to find, no sideways scrolling, no complaint from the browser."""

import pytest
from playwright.sync_api import Page, expect

from arportal.receivables.tasks import check_import, send_batch
from arportal.stores.models import Role
from tests.addresses import addresses
from tests.journeys.database import apart
from tests.journeys.flaws import COLOURS, DESKTOP, EVERYTHING, PHONE, flaws, too_wide, violations
from tests.journeys.steps import choose_method, press
from tests.whole import only_whole, whole_or

# Addresses that only forms send to, or that answer with something else than a page.
NOT_PAGES = {
    "freshness",
    "ageing_export",
    "company_statement_export",
    *("payment_methods_export", "ask_together", "cancel_companies_batch"),
    *("company_methods", "company_names", "invoice_pdf", "payment_status", "sync_now", "check_all"),
    *("our_invoice_pdf", "invoice_einvoice", "branding_preview", "branding_pdf"),
    *("invoices_export", "companies_export", "unexplained_export", "delete_view"),
    *("receipts_export", "receipt_lines_export", "payment_pdf", "receipt_pdf"),
    *("start_export", "cancel_export", "carry_on_export", "export_file", "export_list"),
    *("discard_kept", "start_statements", "on_account_export"),
    *("import_template", "import_reading", "start_import", "cancel_import", "import_refused"),
    *("mails_export", "mail_html", "mail_file"),
    *("mail_text_preview", "reset_mail_text", "remove_address", "statement_mail_preview"),
    *("recording_allocation", "recording_currency", "reconcile_now", "repair_leave", "repair_delete"),
    *("bank_next", "bank_accept", "bank_ignore"),
    *("approve", "reject", "withdraw", "orders_export", "buyer_names"),
    *("deactivate_person", "reactivate_person", "remove_second_factor"),
    *("invite_again", "withdraw_invitation"),
    *("try_connection", "replace_token", "revoke_api_token"),
    *("pause_webhook", "resume_webhook", "test_webhook", "rotate_webhook_secret"),
    *("send_webhooks_again", "resend_webhook_message"),
    *("promises_export", "disputes_export", "action_done", "activity_export"),
    *("payments_export", "payment_tabs", "move_together", "cancel_batch", "save_rates"),
}
ADMINS_PAGES = {
    "settings": "settings/",
    "branding": "branding/",
    "einvoice_seller": "e-invoices/seller/",
    "einvoice_taxes": "e-invoices/taxes/",
    "company_einvoice": "companies/{payer}/e-invoices/",
    "bank_rules": "bank/rules/",
    "people": "people/",
    "api_tokens": "tokens/",
    "make_api_token": "tokens/new/",
    "invite": "people/invite/",
    "webhooks": "webhooks/",
    "add_webhook": "webhooks/new/",
    "connection": "connection/",
    "connect_store": "stores/connect/",
    "disconnect_store": "connection/disconnect/",
    "company_administration": "companies/{on_credit}/administration/",
    "company_credit": "companies/{on_credit}/credit/",
    "company_terms": "companies/{on_credit}/terms/",
    "company_status": "companies/{on_credit}/status/",
    "company_parent": "companies/{on_credit}/parent/",
    "company_contact": "companies/{on_credit}/contact/",
    "add_buyer": "companies/{payer}/people/add/",
    "edit_buyer": "companies/{payer}/people/{person}/",
    "remove_buyer": "companies/{payer}/people/{person}/remove/",
}
STORE_PAGES = {
    "overview": "",
    "preferences": "preferences/",
    "rates": "rates/",
    "sync": "sync/",
    "ageing": "ageing/",
    "ageing, refused": "ageing/?on=2020-01-31&known=2020-01-01&buckets=1,0",
    "ageing_invoices": "ageing/invoices/?of=open&currency=USD",
    "ageing_snapshots": "ageing/month-ends/",
    "stores": "stores/",
    "month_close": "ageing/month-ends/close/",
    "unexplained": "ledger/unexplained/?panel=filters",
    "companies": "companies/?panel=filters&sort=-overdue",
    "payment_methods": "companies/methods/?panel=filters",
    "company": "companies/{payer}/",
    "company_ledger": "companies/{payer}/ledger/",
    "company_statement": "companies/{payer}/statement/?subsidiaries=on&first=2025-01-01",
    "company_statement, refused": "companies/{payer}/statement/?first=2026-03-01&last=2026-02-01",
    "company_addresses": "companies/{payer}/addresses/",
    "statement_mail": "companies/{payer}/statement/mail/?first=2025-01-01",
    "mails": "mails/?panel=filters",
    "statements": "statements/?minimum=1",
    "mail_text": "mails/text/",
    "credit_hold": "companies/{on_credit}/credit/hold/",
    "invoices": "invoices/?status=partly-paid",
    "invoices, none found": "invoices/?q=nothing-like-this",
    "invoice_create": "invoices/create/",
    "invoice_create_for": "invoices/create/{company}/?like={invoice}",
    "invoice_edit": "invoices/{invoice}/edit/",
    "set_due_date": "invoices/{invoice}/due-date/",
    "invoice_delete": "invoices/{invoice}/delete/",
    "write_off": "invoices/{invoice}/write-off/",
    "apply_credit": "invoices/{invoice}/apply-credit/",
    "on_account": "on-account/?panel=filters",
    "receive_on_account": "on-account/receive/{company}/",
    "bank": "bank/?panel=filters",
    "bank_files": "bank/files/",
    "orders": "orders/?invoiced=to-invoice",
    "order": "orders/{order}/",
    "order_products": "orders/{order}/products/",
    "order_edit": "orders/{order}/edit/",
    "order_invoice": "orders/{order}/invoice/",
    "order_record": "orders/record/",
    "orders_convert": "orders/convert/",
    "activity": "activity/?panel=filters",
    "einvoices": "e-invoices/?profile=xrechnung",
    "einvoice_check": "e-invoices/check/",
    "approvals": "approvals/",
    "saved_views": "views/?of=invoices",
    "invoice": "invoices/{invoice}/",
    "payments": "payments/?status=all&panel=filters",
    "payment": "payments/{payment}/",
    "payment_read": "payments/{payment}/read/",
    "payment_edit": "payments/{payment}/edit/",
    "payment_delete": "payments/{completed}/delete/",
    "payment_move": "payments/{completed}/status/4/",
    "record_payment": "payments/record/",
    "record_payment_for": "payments/record/{company}/",
    "repairs": "repairs/",
    "reminders": "reminders/",
    "reminder_plan": "reminders/USD/plan/",
    "worklist": "worklist/",
    "actions": "worklist/actions/",
    "promises": "promises/?panel=filters",
    "disputes": "promises/disputes/?panel=filters",
    "note_add": "companies/{company}/notes/add/",
    "promise_add": "companies/{company}/promises/add/",
    "dispute_open": "invoices/{invoice}/dispute/",
    "receipts": "receipts/?panel=filters",
    "receipt_lines": "receipts/lines/?type=refund",
    "receipt": "receipts/{receipt}/",
    "receipt_delete": "receipts/{receipt}/delete/",
    "exports": "exports/",
    "export_pdfs": "exports/new/?status=unpaid",
    "imports": "imports/",
    "import_new": "imports/new/",
    "nothing there": "invoices/999999999/",
}

# Of a person, not of a store; those of `STRANGERS_PAGES` before one has signed in.
ACCOUNT_PAGES = {
    "account_change_password": "password/change/",
    "account_reauthenticate": "reauthenticate/",
    "mfa_index": "2fa/",
    "mfa_activate_totp": "2fa/totp/activate/",
    "mfa_list_webauthn": "2fa/webauthn/",
    "mfa_add_webauthn": "2fa/webauthn/add/",
    "account_logout": "logout/",
}
STRANGERS_PAGES = {
    "account_login": "login/",
    "account_inactive": "inactive/",
    "account_reset_password": "password/reset/",
    "account_reset_password_done": "password/reset/done/",
    "account_reset_password_from_key": "password/reset/key/1-nothing/",
    "account_reset_password_from_key_done": "password/reset/key/done/",
}
# Addresses outside the store that are no pages: they lead elsewhere, or are for machines and scripts.
NO_PAGES_OUTSIDE = {
    *("home", "theme", "healthz", "readyz", "metrics", "webhook", "account_signup", "account_set_password"),
    *("mfa_login_webauthn", "mfa_download_recovery_codes", "mfa_reauthenticate_webauthn"),
}


# In the suite one of each kind: figures, a list with its filters, and a thing with its history; a form is below.
SOME_PAGES = ("overview", "payments", "payment")


@pytest.fixture
def ids(world, debtor) -> dict[str, int]:
    payments = [
        each for each in world.get("/ip/payments", limit=250) if each["moduleName"] == "payments_offline"
    ]
    waiting = next(each for each in payments if each["processingStatus"] == 1)
    completed = next(
        each for each in payments if each["processingStatus"] == 3 and 4 in each["allowedStatuses"]
    )
    return {
        "company": debtor.company_id,
        "invoice": debtor.debts[0].invoice_id,
        "payer": int(waiting["customerId"]),
        "payment": waiting["id"],
        "completed": completed["id"],
        "receipt": world.get("/ip/receipts", limit=1)[0]["id"],
        "on_credit": on_credit(world),
        "person": world.get("/users", companyId=int(waiting["customerId"]), limit=1)[0]["id"],
        "order": next(each["bcOrderId"] for each in world.get("/orders", limit=50) if each["companyId"]),
    }


def on_credit(world) -> int:
    """A company that buys on credit."""
    companies = sorted(each["companyId"] for each in world.get("/companies", limit=50))
    return next(each for each in companies if world.get(f"/companies/{each}/credit")["creditEnabled"])


@pytest.fixture
def page(visit) -> Page:
    return visit(Role.CONTROLLER)


def test_every_page_of_the_store(page, ids):
    found: list[str] = []
    for name in whole_or(tuple(STORE_PAGES), SOME_PAGES):
        path = STORE_PAGES[name]
        page.goto(f"/s/demo/{path.format(**ids)}")
        found += flaws(page)
    assert found == []


# With every kind of part: figures and bars, a list with its filters, a form, facts and a history.
LOOKED_AT_CLOSELY = whole_or(
    ("overview", "payments", "record_payment_for", "invoice"), ("record_payment_for",)
)


def test_pages_on_a_phone_and_in_the_dark(page, ids):
    """All that axe finds, colours too."""
    found: list[str] = []
    for name in LOOKED_AT_CLOSELY:
        page.goto(f"/s/demo/{STORE_PAGES[name].format(**ids)}")
        page.set_viewport_size(PHONE)
        found += violations(page, EVERYTHING)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="dark")
        found += violations(page, COLOURS)
        page.emulate_media(color_scheme="light")
    assert found == []


@only_whole("test_every_page_of_the_store")
def test_every_page_of_an_admin(visit, ids):
    page, found = visit(Role.ADMIN), []
    for path in ADMINS_PAGES.values():
        page.goto(f"/s/demo/{path.format(**ids)}")
        found += flaws(page)
    page.goto("/s/demo/people/")
    page.get_by_role("link", name="Viewer").click()
    found += flaws(page)
    assert found == []


@only_whole("test_every_page_of_the_store")
def test_webhooks(visit):
    page = visit(Role.ADMIN)
    page.goto("/s/demo/webhooks/new/")
    page.get_by_label("Name").fill("ERP")
    page.get_by_label("Address").fill("https://erp.example.com/arportal")
    press(page, "Add it")
    expect(page.get_by_role("heading", name="Copy it now")).to_be_visible()
    found = flaws(page)
    page.get_by_role("link", name="I have copied it").click()
    press(page, "Send a test message")
    found += flaws(page)
    page.get_by_role("link", name="Change", exact=True).click()
    found += flaws(page)
    page.go_back()
    page.get_by_role("link", name="Delete", exact=True).click()
    found += flaws(page)
    page.go_back()
    page.get_by_role("link", name="test", exact=True).click()
    found += flaws(page)
    page.goto("/s/demo/webhooks/")
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_changing_invoices_together(page):
    page.goto("/s/demo/invoices/?status=unpaid")
    for box in page.locator("#list tbody td.pick input").all()[:2]:
        box.check()
    press(page, "Change")
    expect(page.get_by_role("heading", name="Change 2 invoices")).to_be_visible()
    what = page.get_by_label("What to do")
    for choice, label in (
        ("Delete", "Reason"),
        ("Mark a status", "Status"),
        ("Set the due date", "Due date"),
    ):
        what.select_option(choice)
        fields = page.locator(".form-grid .field label").filter(visible=True)
        assert fields.all_inner_texts() == ["What to do", label]
    page.get_by_label("Due date", exact=True).fill("2027-02-28")
    assert not flaws(page)
    press(page, "Preview")
    expect(page.get_by_role("heading", name="2 of 2 invoices will change")).to_be_visible()
    assert not flaws(page)
    press(page, "Change 2 invoices")
    expect(page.get_by_text("of 2 finished")).to_be_visible()
    assert not flaws(page)


@only_whole("test_every_page_of_the_store")
def test_the_page_of_a_change_and_a_form_that_came_back(page, ids, world):
    page.goto(f"/s/demo/payments/record/{ids['company']}/")
    amount = page.locator("input.amount").first
    amount.fill("twelve")
    choose_method(page)
    press(page, "Preview")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert not flaws(page)
    world.fault("drop_after", method="POST")
    amount.fill("1")
    press(page, "Preview")
    expect(page.get_by_role("heading", name="Record this payment?")).to_be_visible()
    assert not flaws(page)
    press(page, "Record payment")
    expect(page.get_by_role("heading", name="Being confirmed")).to_be_visible()
    assert not flaws(page)


@only_whole("test_every_page_of_the_store")
def test_editing_deleting_and_operating_on_a_payment(page, ids, world):
    found: list[str] = []
    address = f"/s/demo/payments/{ids['payment']}"
    page.goto(f"{address}/edit/")
    page.get_by_label("Payer").fill("Somebody else")
    press(page, "Preview")
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    found += flaws(page)
    world.put(f"/ip/payments/{ids['payment']}/processing-status", {"processingStatus": 2})
    press(page, "Save changes")
    expect(page.get_by_role("heading", name="What somebody else has changed")).to_be_visible()
    found += flaws(page)
    page.goto(f"{address}/delete/")
    press(page, "Delete payment")
    found += flaws(page)
    page.get_by_label("Reason").fill("entered twice")
    page.get_by_label("Delete this payment permanently").check()
    press(page, "Delete payment")
    page.goto(f"{address}/")
    expect(page.get_by_text("deleted this payment")).to_be_visible()
    found += flaws(page)
    world.control("PUT", "quirks", {"apply_on": "completed"})
    page.goto(f"/s/demo/payments/{ids['completed']}/operations/1/")
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_holding_credit_and_releasing_it(page, ids):
    page.goto(f"/s/demo/companies/{ids['on_credit']}/")
    page.get_by_role("link", name="Put on hold").click()
    press(page, "Put on hold")
    found = flaws(page)
    page.get_by_label("Reason").fill("60 days late")
    press(page, "Put on hold")
    expect(page.get_by_text("On hold: no further credit")).to_be_visible()
    found += flaws(page)
    page.get_by_role("link", name="Release", exact=True).click()
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_changing_companies_together(visit):
    page = visit(Role.ADMIN)
    page.goto("/s/demo/companies/methods/")
    for box in page.locator("#list tbody td.pick input").all()[:2]:
        box.check()
    press(page, "Change…")
    expect(page.get_by_role("heading", name="Change 2 companies")).to_be_visible()
    page.get_by_label("What to do").select_option("Set payment terms")
    fields = page.locator(".form-grid .field label").filter(visible=True)
    assert fields.all_inner_texts() == ["What to do", "Payment terms", "Reason"]
    found = flaws(page)
    page.get_by_label("Payment terms").select_option("5 days")
    page.get_by_label("Reason").fill("As agreed")
    press(page, "Preview")
    expect(page.get_by_role("heading", name="Change 2 companies?")).to_be_visible()
    found += flaws(page)
    press(page, "Change 2 companies")
    expect(page.get_by_role("heading", name="In progress")).to_be_visible()
    apart(send_batch, page.url.rstrip("/").rpartition("/")[2])
    expect(page.get_by_role("heading", name="All finished")).to_be_visible()
    found += flaws(page)
    page.get_by_role("link", name="Undo the whole batch").click()
    expect(page.get_by_role("heading", name="Put 2 companies back")).to_be_visible()
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_importing_a_file(page):
    page.goto("/s/demo/imports/new/")
    content = "Number;Amount;Value date\nnothing;1,50;31.01.2026\nMüller;2,50;31.01.2026\n".encode("cp1252")
    file = {"name": "march.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(file)
    press(page, "Read the file")
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    found = flaws(page)
    choose_method(page)
    press(page, "Check every line")
    expect(page.get_by_role("heading", name="Checked 0 of 2 lines")).to_be_visible()
    found += flaws(page)
    apart(check_import, page.url.rstrip("/").rpartition("/")[2])
    expect(page.get_by_role("heading", name="Refused lines")).to_be_visible()
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_a_promise_and_a_dispute(page, ids):
    page.goto(f"/s/demo/companies/{ids['company']}/promises/add/?pick={ids['invoice']}")
    page.get_by_label("Will pay by").fill("2030-01-31")
    page.get_by_label("What was said").fill("Ann, on the phone")
    press(page, "Preview")
    found = flaws(page)
    press(page, "Write it down")
    page.get_by_role("link", name="Withdraw").click()
    found += flaws(page)
    page.goto(f"/s/demo/invoices/{ids['invoice']}/dispute/")
    page.get_by_label("Reason").select_option("Price or discount")
    page.get_by_label("What the company says").fill("Less was agreed")
    press(page, "Preview")
    found += flaws(page)
    press(page, "Open dispute")
    found += flaws(page)
    page.get_by_role("link", name="Resolve").click()
    found += flaws(page)
    page.goto(f"/s/demo/companies/{ids['company']}/")
    expect(page.get_by_text("in dispute", exact=False).first).to_be_visible()
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_writing_off_applying_a_credit_and_money_on_account(page, ids):
    invoice = f"/s/demo/invoices/{ids['invoice']}/"
    page.goto(f"{invoice}write-off/")
    page.get_by_role("textbox", name="Amount").fill("0.50")
    page.get_by_label("Reason").fill("Bank fee")
    press(page, "Write off")  # Another amount than was shown: it is shown first.
    found = flaws(page)
    press(page, "Write off")
    page.get_by_role("link", name="Take back").click()
    found += flaws(page)
    page.goto(f"{invoice}apply-credit/")
    found += flaws(page)
    page.goto(f"/s/demo/on-account/receive/{ids['company']}/")
    page.get_by_label("Amount received").fill("12")
    page.get_by_label("Why it goes to no invoice").fill("None was named")
    press(page, "Keep on account")
    found += flaws(page)
    page.get_by_role("link", name="Take off").click()
    found += flaws(page)
    page.goto("/s/demo/on-account/")
    found += flaws(page)
    page.goto(f"/s/demo/companies/{ids['company']}/statement/")
    expect(page.get_by_text("Balance less money on account")).to_be_visible()
    found += flaws(page)
    page.goto(f"/s/demo/companies/{ids['company']}/statement/?shows=open")
    assert found + flaws(page) == []


@only_whole("test_every_page_of_the_store")
def test_what_opens_on_a_page(page):
    page.goto("/s/demo/")
    page.keyboard.press("?")
    assert not flaws(page)
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Menu").click()
    assert [*too_wide(page, PHONE), *violations(page)] == []


@only_whole("test_every_page_of_the_store")
def test_signing_in(visit):
    page = visit()
    page.goto("/accounts/login/")
    assert not flaws(page)
    page.get_by_label("E-mail address").fill("clerk@example.com")
    page.get_by_label("Password").fill("wrong")
    press(page, "Sign in")
    assert not flaws(page)


@only_whole("test_every_page_of_the_store")
def test_every_page_of_an_account(visit):
    found: list[str] = []
    for page, pages in ((visit(), STRANGERS_PAGES), (visit(Role.ADMIN), ACCOUNT_PAGES)):
        for path in pages.values():
            page.goto(f"/accounts/{path}")
            found += flaws(page)
    assert found == []


@only_whole("test_every_page_of_the_store")
def test_the_theme_is_chosen_and_kept(visit):
    page = visit(Role.VIEWER, color_scheme="light")
    page.goto("/s/demo/invoices/?status=paid")
    page.locator("summary", has_text="Account menu").click()
    press(page, "Dark")
    expect(page).to_have_url("/s/demo/invoices/?status=paid")
    page.goto("/s/demo/companies/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert not violations(page)


def test_every_page_is_looked_at():
    elsewhere = {"change", "export", "payment_operation", "recording", "recording_preview", "repair"}
    elsewhere |= {"ageing_snapshot", "month_reopen", "promise_withdraw", "dispute_resolve"}
    elsewhere |= {"remind", "reminder_round", "person", "invitation"}
    elsewhere |= {"move_payments", "move_batch", "saved_view", "credit_release"}
    elsewhere |= {"invoices_bulk", "invoice_batch", "move_payments", "move_batch"}
    elsewhere |= {"companies_together", "companies_batch", "undo_companies_batch"}
    elsewhere |= {"write_off_many", "undo_move", "on_account_money", "take_off_account"}
    elsewhere |= {"mail", "mail_resend", "mail_bounced"}
    # By test_a_day_at_the_bank.py.
    elsewhere |= {"bank_file", "bank_line", "bank_on_account", "bank_take_back", "bank_mapping"}
    elsewhere |= {"import", "import_columns"}
    elsewhere |= {"webhook", "edit_webhook", "delete_webhook", "webhook_message"}
    elsewhere.add("accept_invitation")  # By test_joining.py.
    # Only there with a second factor set up: desk/site/test_second_factor.py goes to them, without axe.
    elsewhere |= {"mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp"}
    elsewhere |= {"mfa_view_recovery_codes", "mfa_generate_recovery_codes"}
    elsewhere |= {"mfa_remove_webauthn", "mfa_edit_webauthn"}
    looked_at = {*STORE_PAGES, *ADMINS_PAGES, *ACCOUNT_PAGES, *STRANGERS_PAGES, *elsewhere}
    told = {name for name in looked_at if "," not in name} | NOT_PAGES | NO_PAGES_OUTSIDE
    # Nothing is forgotten, and nothing is told of that is not there.
    assert {name for name, _route, _methods in addresses()} ^ (told - {"nothing there"}) == set()
