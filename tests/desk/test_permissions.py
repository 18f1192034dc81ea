"""Every address of the desk by every role, and a guard that none is forgotten. That nobody is told of what is not
theirs: test_tenants.py."""

import re
import uuid

import pytest

from arportal.desk import urls
from arportal.stores.access import PERMISSIONS, Permission
from arportal.stores.models import Role
from tests import whole

pytestmark = pytest.mark.usefixtures("confined")
# Name → (method, permission). Addresses that are not of a store, and why they need no permission:
OPEN = {
    "home": "sends people on to a store of theirs",
    "theme": "changes the colours of one's own browser",
    "accept_invitation": "the link itself says who may: it is signed, works once, and tells of one invitation",
    "healthz": "for operators' probes; says nothing of any store",
    "readyz": "for operators' probes; names stores by number only",
    "metrics": "for who has its token; without one set it does not exist, and stores are numbers in it",
}
PAGES = {
    "overview": ("GET", Permission.READ),
    "preferences": ("GET", Permission.READ),
    "discard_kept": ("POST", Permission.READ),
    "freshness": ("GET", Permission.READ),
    "ageing": ("GET", Permission.READ),
    "ageing_export": ("GET", Permission.READ),
    "ageing_invoices": ("GET", Permission.READ),
    "ageing_snapshots": ("GET", Permission.READ),
    "stores": ("GET", Permission.READ),
    "connect_store": ("GET", Permission.CONFIGURE),
    "connection": ("GET", Permission.CONFIGURE),
    "try_connection": ("POST", Permission.CONFIGURE),
    "replace_token": ("POST", Permission.CONFIGURE),
    "disconnect_store": ("GET", Permission.CONFIGURE),
    "month_close": ("GET", Permission.CLOSE_MONTH),
    "month_reopen": ("GET", Permission.REOPEN_MONTH),
    "ageing_snapshot": ("GET", Permission.READ),
    "companies": ("GET", Permission.READ),
    "companies_export": ("GET", Permission.READ),
    "company_ledger": ("GET", Permission.READ),
    "unexplained": ("GET", Permission.READ),
    "unexplained_export": ("GET", Permission.READ),
    "company_names": ("GET", Permission.READ),
    "company": ("GET", Permission.READ),
    "company_methods": ("POST", Permission.SWITCH_METHODS),
    "payment_methods": ("GET", Permission.READ),
    "payment_methods_export": ("GET", Permission.READ),
    "companies_together": ("POST", Permission.HOLD_CREDIT),
    "ask_together": ("POST", Permission.HOLD_CREDIT),
    "companies_batch": ("GET", Permission.READ),
    "cancel_companies_batch": ("POST", Permission.HOLD_CREDIT),
    "undo_companies_batch": ("GET", Permission.HOLD_CREDIT),
    "company_administration": ("GET", Permission.ADMINISTER_COMPANY),
    "company_credit": ("GET", Permission.ADMINISTER_COMPANY),
    "company_terms": ("GET", Permission.ADMINISTER_COMPANY),
    "company_status": ("GET", Permission.ADMINISTER_COMPANY),
    "company_parent": ("GET", Permission.ADMINISTER_COMPANY),
    "add_buyer": ("GET", Permission.ADMINISTER_COMPANY),
    "edit_buyer": ("GET", Permission.ADMINISTER_COMPANY),
    "remove_buyer": ("GET", Permission.ADMINISTER_COMPANY),
    "company_contact": ("GET", Permission.ADMINISTER_COMPANY),
    "credit_hold": ("GET", Permission.HOLD_CREDIT),
    "credit_release": ("GET", Permission.HOLD_CREDIT),
    "invoices": ("GET", Permission.READ),
    "invoices_export": ("GET", Permission.READ),
    "invoice": ("GET", Permission.READ),
    "invoice_pdf": ("GET", Permission.READ),
    "our_invoice_pdf": ("GET", Permission.READ),
    "exports": ("GET", Permission.READ),
    "export_pdfs": ("GET", Permission.READ),
    "start_export": ("POST", Permission.READ),
    "export": ("GET", Permission.READ),
    "cancel_export": ("POST", Permission.READ),
    "carry_on_export": ("POST", Permission.READ),
    "export_file": ("GET", Permission.READ),
    "export_list": ("GET", Permission.READ),
    "imports": ("GET", Permission.RECORD_PAYMENT),
    "import_new": ("GET", Permission.RECORD_PAYMENT),
    "import_template": ("GET", Permission.RECORD_PAYMENT),
    "import": ("GET", Permission.RECORD_PAYMENT),
    "import_columns": ("GET", Permission.RECORD_PAYMENT),
    "import_reading": ("POST", Permission.RECORD_PAYMENT),
    "start_import": ("POST", Permission.RECORD_PAYMENT),
    "cancel_import": ("POST", Permission.RECORD_PAYMENT),
    "import_refused": ("GET", Permission.RECORD_PAYMENT),
    "payments": ("GET", Permission.READ),
    "payment_tabs": ("GET", Permission.READ),
    "payments_export": ("GET", Permission.READ),
    "move_payments": ("POST", Permission.MOVE_PAYMENT),
    "move_together": ("POST", Permission.MOVE_PAYMENT),
    "move_batch": ("GET", Permission.READ),
    "cancel_batch": ("POST", Permission.MOVE_PAYMENT),
    "payment": ("GET", Permission.READ),
    "payment_read": ("GET", Permission.READ),
    "payment_pdf": ("GET", Permission.READ),
    "payment_edit": ("GET", Permission.EDIT_PAYMENT),
    "payment_delete": ("GET", Permission.DELETE_PAYMENT),
    "payment_operation": ("GET", Permission.EDIT_PAYMENT),
    "payment_status": ("POST", Permission.MOVE_PAYMENT),
    "payment_move": ("GET", Permission.MOVE_PAYMENT),
    "record_payment": ("GET", Permission.RECORD_PAYMENT),
    "record_payment_for": ("GET", Permission.RECORD_PAYMENT),
    "receipts": ("GET", Permission.READ),
    "receipts_export": ("GET", Permission.READ),
    "receipt_lines": ("GET", Permission.READ),
    "receipt_lines_export": ("GET", Permission.READ),
    "receipt": ("GET", Permission.READ),
    "receipt_pdf": ("GET", Permission.READ),
    "receipt_delete": ("GET", Permission.DELETE_PAYMENT),
    "invoice_create": ("GET", Permission.EDIT_INVOICE),
    "invoice_create_for": ("GET", Permission.EDIT_INVOICE),
    "invoices_bulk": ("POST", Permission.EDIT_INVOICE),
    "invoice_batch": ("GET", Permission.READ),
    "invoice_edit": ("GET", Permission.EDIT_INVOICE),
    "set_due_date": ("GET", Permission.EDIT_INVOICE),
    "invoice_delete": ("GET", Permission.DELETE_INVOICE),
    "write_off": ("GET", Permission.WRITE_OFF),
    "write_off_many": ("POST", Permission.WRITE_OFF),
    "undo_move": ("GET", Permission.WRITE_OFF),
    "apply_credit": ("GET", Permission.APPLY_CREDIT),
    "on_account": ("GET", Permission.READ),
    "on_account_export": ("GET", Permission.READ),
    "on_account_money": ("GET", Permission.READ),
    "receive_on_account": ("GET", Permission.RECORD_PAYMENT),
    "take_off_account": ("GET", Permission.DELETE_PAYMENT),
    "bank": ("GET", Permission.MATCH_BANK),
    "bank_files": ("GET", Permission.MATCH_BANK),
    "bank_file": ("GET", Permission.MATCH_BANK),
    "bank_mapping": ("GET", Permission.MATCH_BANK),
    "bank_rules": ("GET", Permission.CONFIGURE),
    "bank_next": ("GET", Permission.MATCH_BANK),
    "bank_line": ("GET", Permission.MATCH_BANK),
    "bank_accept": ("POST", Permission.MATCH_BANK),
    "bank_ignore": ("POST", Permission.MATCH_BANK),
    "bank_on_account": ("GET", Permission.MATCH_BANK),
    "bank_take_back": ("GET", Permission.MATCH_BANK),
    "order_invoice": ("GET", Permission.EDIT_INVOICE),
    "orders": ("GET", Permission.READ),
    "orders_export": ("GET", Permission.READ),
    "company_statement": ("GET", Permission.READ),
    "company_statement_export": ("GET", Permission.READ),
    "statements": ("GET", Permission.READ),
    "start_statements": ("POST", Permission.READ),
    "mails": ("GET", Permission.READ),
    "mails_export": ("GET", Permission.READ),
    "mail": ("GET", Permission.READ),
    "mail_html": ("GET", Permission.READ),
    "mail_file": ("GET", Permission.READ),
    "mail_resend": ("GET", Permission.SEND_MAIL),
    "mail_bounced": ("GET", Permission.SEND_MAIL),
    "mail_text": ("GET", Permission.EDIT_MAIL_TEXTS),
    "mail_text_preview": ("POST", Permission.EDIT_MAIL_TEXTS),
    "reset_mail_text": ("POST", Permission.EDIT_MAIL_TEXTS),
    "company_addresses": ("GET", Permission.SEND_MAIL),
    "remove_address": ("POST", Permission.SEND_MAIL),
    "statement_mail": ("GET", Permission.SEND_MAIL),
    "statement_mail_preview": ("POST", Permission.SEND_MAIL),
    "order": ("GET", Permission.READ),
    "order_products": ("GET", Permission.READ),
    "order_edit": ("GET", Permission.EDIT_ORDER),
    "order_record": ("GET", Permission.EDIT_ORDER),
    "orders_convert": ("GET", Permission.EDIT_ORDER),
    "buyer_names": ("GET", Permission.EDIT_ORDER),
    "recording": ("GET", Permission.RECORD_PAYMENT),
    "recording_allocation": ("POST", Permission.RECORD_PAYMENT),
    "recording_currency": ("GET", Permission.RECORD_PAYMENT),
    "recording_preview": ("GET", Permission.RECORD_PAYMENT),
    "change": ("GET", Permission.READ),
    "approve": ("POST", Permission.APPROVE),
    "reject": ("POST", Permission.APPROVE),
    "withdraw": ("POST", Permission.RECORD_PAYMENT),
    "activity": ("GET", Permission.READ),
    "activity_export": ("GET", Permission.READ),
    "approvals": ("GET", Permission.RECORD_PAYMENT),
    "reminders": ("GET", Permission.READ),
    "reminder_round": ("GET", Permission.READ),
    "remind": ("GET", Permission.SEND_MAIL),
    "reminder_plan": ("GET", Permission.EDIT_MAIL_TEXTS),
    "worklist": ("GET", Permission.READ),
    "actions": ("GET", Permission.READ),
    "action_done": ("POST", Permission.COLLECT),
    "promises": ("GET", Permission.READ),
    "promises_export": ("GET", Permission.READ),
    "promise_add": ("GET", Permission.COLLECT),
    "promise_withdraw": ("GET", Permission.COLLECT),
    "disputes": ("GET", Permission.READ),
    "disputes_export": ("GET", Permission.READ),
    "dispute_open": ("GET", Permission.COLLECT),
    "dispute_resolve": ("GET", Permission.COLLECT),
    "note_add": ("GET", Permission.COLLECT),
    "people": ("GET", Permission.MANAGE_PEOPLE),
    "person": ("GET", Permission.MANAGE_PEOPLE),
    "deactivate_person": ("POST", Permission.MANAGE_PEOPLE),
    "reactivate_person": ("POST", Permission.MANAGE_PEOPLE),
    "remove_second_factor": ("POST", Permission.MANAGE_PEOPLE),
    "invite": ("GET", Permission.MANAGE_PEOPLE),
    "invitation": ("GET", Permission.MANAGE_PEOPLE),
    "invite_again": ("POST", Permission.MANAGE_PEOPLE),
    "withdraw_invitation": ("POST", Permission.MANAGE_PEOPLE),
    "api_tokens": ("GET", Permission.READ),
    "make_api_token": ("GET", Permission.READ),
    "revoke_api_token": ("POST", Permission.READ),
    "settings": ("GET", Permission.CONFIGURE),
    "webhooks": ("GET", Permission.CONFIGURE),
    "add_webhook": ("GET", Permission.CONFIGURE),
    "webhook": ("GET", Permission.CONFIGURE),
    "edit_webhook": ("GET", Permission.CONFIGURE),
    "pause_webhook": ("POST", Permission.CONFIGURE),
    "resume_webhook": ("POST", Permission.CONFIGURE),
    "test_webhook": ("POST", Permission.CONFIGURE),
    "rotate_webhook_secret": ("POST", Permission.CONFIGURE),
    "delete_webhook": ("GET", Permission.CONFIGURE),
    "send_webhooks_again": ("POST", Permission.CONFIGURE),
    "webhook_message": ("GET", Permission.CONFIGURE),
    "resend_webhook_message": ("POST", Permission.CONFIGURE),
    "rates": ("GET", Permission.READ),
    "save_rates": ("POST", Permission.SET_RATES),
    "branding": ("GET", Permission.BRAND),
    "branding_preview": ("GET", Permission.BRAND),
    "branding_pdf": ("POST", Permission.BRAND),
    "einvoices": ("GET", Permission.READ),
    "einvoice_check": ("GET", Permission.READ),
    "einvoice_seller": ("GET", Permission.BRAND),
    "einvoice_taxes": ("GET", Permission.BRAND),
    "company_einvoice": ("GET", Permission.ADMINISTER_COMPANY),
    "invoice_einvoice": ("GET", Permission.READ),
    "saved_views": ("GET", Permission.READ),
    "saved_view": ("GET", Permission.READ),
    "delete_view": ("POST", Permission.READ),
    "repairs": ("GET", Permission.REPAIR),
    "reconcile_now": ("POST", Permission.REPAIR),
    "repair": ("GET", Permission.REPAIR),
    "repair_leave": ("POST", Permission.REPAIR),
    "repair_delete": ("POST", Permission.REPAIR),
    "sync": ("GET", Permission.READ),
    "sync_now": ("POST", Permission.SYNC),
    "check_all": ("POST", Permission.SYNC),
}
# An address of a thing that does not exist: who may enter gets 404 there, who may not 403.
NOWHERE = {
    "company_id": 999_999,
    "invitation_id": 999_999,
    "user_id": 999_999,
    "invoice_id": 999_999,
    "member_id": 999_999,
    "order_id": 999_999,
    "operation": 0,
    "payment_id": 999_999,
    "discrepancy_id": 999_999,
    "dispute_id": 999_999,
    "note_id": 999_999,
    "promise_id": 999_999,
    "receipt_id": 999_999,
    "snapshot_id": 999_999,
    "view_id": 999_999,
    "money_id": 999_999,
    "kind": "csv",
    "profile": "factur-x",
    "status": 2,
    "change_id": uuid.UUID(int=1),
    "currency": "XXX",
    "run_id": uuid.UUID(int=1),
    "batch": uuid.UUID(int=1),
    "export_id": uuid.UUID(int=1),
    "import_id": uuid.UUID(int=1),
    "mail_id": uuid.UUID(int=1),
    "file_id": 999_999,
    "bank_file_id": 999_999,
    "line_id": 999_999,
    "upload_id": 999_999,
    "use_id": 999_999,
    "delivery_id": 999_999,
    "address_id": 999_999,
    "key": uuid.UUID(int=1),
    "token_id": uuid.UUID(int=1),
    "webhook_id": uuid.UUID(int=1),
    "message_id": 999_999,
    "name": "manifest",
}


def address(name: str) -> str:
    pattern = next(pattern for pattern in urls.store_pages if pattern.name == name)
    path = str(pattern.pattern)
    for key, value in NOWHERE.items():
        for kind in ("int", "uuid", "str"):
            path = path.replace(f"<{kind}:{key}>", str(value))
    return f"/s/demo/{path}"


def test_every_page_is_listed_here_with_its_permission():
    found = {pattern.name: pattern.callback.permission for pattern in urls.store_pages}
    assert found == {name: permission for name, (_method, permission) in PAGES.items()}


def test_nothing_else_is_outside_a_store():
    outside = {pattern.name for pattern in urls.urlpatterns if hasattr(pattern, "name")}
    assert outside == set(OPEN)


def asked_of(role: Role) -> dict[str, tuple[str, Permission]]:
    """All pages; in the suite one of each permission and method, for the first role that has it and the last without.

    That each page asks for its own: test_every_page_is_listed_here_with_its_permission.
    """
    if whole.is_asked_for:
        return PAGES
    asked: dict[str, tuple[str, Permission]] = {}
    for name, page in PAGES.items():
        if is_at_the_edge(role, page[1]) and page not in asked.values():
            asked[name] = page
    return asked


def is_at_the_edge(role: Role, permission: Permission) -> bool:
    """True for the first role that may, and for the last that may not."""
    roles, may = list(Role), permission in PERMISSIONS[role]
    beside = roles.index(role) + (-1 if may else 1)
    return not 0 <= beside < len(roles) or (permission in PERMISSIONS[roles[beside]]) != may


@pytest.mark.parametrize("role", Role)
def test_each_role_enters_where_it_may(role, member, browse):
    browser = browse(member(role))
    wrong = {}
    for name, (method, permission) in asked_of(role).items():
        answer = browser.generic(method, address(name))
        if permission in PERMISSIONS[role]:
            is_right = answer.status_code in (200, 302, 303, 404, 422)
            is_right &= "/accounts/" not in answer.headers.get("Location", "")
        else:
            is_right = answer.status_code == 403 and b"No access" in answer.content
        if not is_right:
            wrong[name] = answer
    assert not wrong


def test_strangers_are_asked_to_sign_in(store, client):
    answers = {name: client.generic(method, address(name)) for name, (method, _permission) in PAGES.items()}
    let_in = {
        name: answer
        for name, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/")
    }
    assert not let_in


def test_wrong_methods(admin, browse):
    browser = browse(admin)
    for path, wrong, above in (
        (address("company_methods"), "GET", address("company")),
        (address("payment_status"), "GET", address("payment")),
        (address("deactivate_person"), "GET", address("person")),
        (address("overview"), "POST", None),
        ("/theme/", "GET", None),
    ):
        answer = browser.generic(wrong, path)
        assert (answer.status_code, wrong in answer["Allow"]) == (405, False), path
        words = answer.content.decode()
        assert "opened by itself, it does nothing" in words, path
        link = re.search(r'href="([^"]+)">Go to the page it belongs to', words)
        assert (link and link[1]) == above, path
