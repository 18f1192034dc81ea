"""Every form whose session had ended, shown again as it was typed; nothing is done by showing it."""

import datetime as dt
import uuid

import pytest
from django.db import InternalError
from django.utils import timezone

from arportal.desk import urls
from arportal.desk.models import KeptForm, SavedView
from arportal.desk.settings.rules_form import RulesForm
from arportal.mirror.models import Buyer, CompanyMethod, CreditTerms, Invoice, Order, Payment, Receipt
from arportal.receivables.models import (
    Change,
    CollectionEvent,
    CompanyAddress,
    Discrepancy,
    Dispute,
    Mail,
    MailRecipient,
    MailText,
    OnAccount,
    PromiseToPay,
)
from arportal.stores.models import Activity, Membership, Store
from tests.desk.recording.recording import Form, filled
from tests.desk.site.losing import NOTICE, Desk, value_of
from tests.receivables.every_verb import new_credit
from tests.whole import only_whole, whole_or

SETTINGS = "/s/demo/settings/"


@pytest.fixture
def desk(store) -> Desk:
    return Desk()


def test_a_payment(desk, clerk, open_invoices, sandbox):
    """Filled, previewed, and the session gone when it is to be recorded; then it is recorded, once."""
    form = Form(desk.browser, open_invoices[0].company_id)
    desk.enter(clerk)
    typed = filled(*open_invoices[:2], received="3.00")
    desk.open(form.url)
    assert desk.send(form.url, typed).status_code == 303
    address = desk.lose(f"{form.url}preview/", f"{form.url}preview/", typed)
    desk.enter(clerk)
    page = desk.open(address)
    assert NOTICE in page
    assert value_of(page, f"amount-{open_invoices[1].api_id}") == "2"
    assert (value_of(page, "reference"), str(form.change_id) in page) == ("CHQ 9", True)
    assert sandbox.writes() == []
    assert desk.send(form.url, typed).status_code == 303
    assert desk.send(f"{form.url}preview/", typed).status_code == 303
    assert len(sandbox.writes()) == 1
    assert Change.objects.get().pk == form.change_id
    assert not KeptForm.objects.exists()


def test_a_button_of_htmx(desk, clerk, open_invoices):
    """The sign-in page does not land in the middle of the form."""
    form = Form(desk.browser, open_invoices[0].company_id)
    desk.enter(clerk)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{form.url}"}
    typed = filled(*open_invoices[:2], received="3.00")
    address = desk.lose(form.url, f"{form.url}allocate/", typed, **headers)
    desk.enter(clerk)
    page = desk.open(address)
    assert value_of(page, "received") == "3.00"
    assert f'action="{form.url}"' in page
    assert desk.send(form.url, typed).status_code == 303
    assert not KeptForm.objects.exists()


@only_whole("test_a_payment")
def test_sent_after_all_it_is_not_shown_but_what_became_of_it(desk, clerk, open_invoices, sandbox):
    form = Form(desk.browser, open_invoices[0].company_id)
    desk.enter(clerk)
    typed = filled(*open_invoices[:2], received="3.00")
    desk.open(form.url)
    desk.send(f"{form.url}preview/", typed)
    address = desk.lose("/s/demo/", form.url, typed)
    desk.enter(clerk)
    assert desk.browser.get(address)["Location"] == f"/s/demo/changes/{form.change_id}/"
    assert len(sandbox.writes()) == 1


@only_whole("test_each_is_shown_as_it_was_typed_and_nothing_is_done")
def test_an_invoice_with_lines_that_were_added(desk, controller, company, sandbox):
    lines = {f"lines-{n}-description": f"Anchor {n}" for n in range(4)}
    path, change_id = f"/s/demo/invoices/create/{company.api_id}/", str(uuid.uuid4())
    counts = {
        "lines-TOTAL_FORMS": 4,
        "lines-INITIAL_FORMS": 0,
        "costs-TOTAL_FORMS": 0,
        "costs-INITIAL_FORMS": 0,
    }
    desk.enter(controller)
    typed = {"change_id": change_id, "number": "AR-9", "step": "create", **counts, **lines}
    address = desk.lose(path, path, typed)
    desk.enter(controller)
    page = desk.open(address)
    assert [value_of(page, f"lines-{n}-description") for n in range(4)] == [f"Anchor {n}" for n in range(4)]
    assert (value_of(page, "change_id"), value_of(page, "number")) == (change_id, "AR-9")
    assert sandbox.writes() == []


def test_a_button_alone_leads_back_to_its_page(desk, clerk, payment):
    """There is nothing to keep; and a page that answers forms only is no place to go."""
    desk.enter(clerk)
    page = f"/s/demo/payments/{payment.api_id}/"
    assert desk.lose(page, f"{page}status/", {"status": "2"}) == page
    assert "do it once more" in desk.open("/accounts/login/")


def test_a_page_that_answers_forms_only_without_what_was_kept(desk, controller):
    desk.enter(controller)
    answer = desk.browser.get(f"/s/demo/invoices/bulk/?kept={uuid.uuid4()}")
    assert (answer.status_code, answer["Location"]) == (302, "/s/demo/")
    for key in ("", "x", "\0"):
        assert desk.browser.get(SETTINGS, {"kept": key}).status_code in (200, 403)


# Views that a form is sent to and that keep nothing, and why.
BUTTONS = {
    **dict.fromkeys(
        ("payment_status", "payment_operation", "approve", "withdraw", "cancel_batch"), "a button"
    ),
    **dict.fromkeys(("order_invoice", "delete_view", "discard_kept", "reconcile_now"), "a button"),
    **dict.fromkeys(("sync_now", "check_all", "cancel_export", "carry_on_export"), "a button"),
    **dict.fromkeys(("branding_preview", "branding_pdf"), "of a form that stays open in its page"),
    **dict.fromkeys(("statement_mail_preview", "mail_text_preview"), "of a form that stays open in its page"),
    **dict.fromkeys(("remove_address", "reset_mail_text"), "a button"),
    **dict.fromkeys(("mails_export", "on_account_export"), "a list as a file"),
    **dict.fromkeys(("invoices_export", "payments_export", "orders_export"), "a list as a file"),
    **dict.fromkeys(("companies_export", "unexplained_export"), "a list as a file"),
    **dict.fromkeys(("receipts_export", "receipt_lines_export"), "a list as a file"),
    **dict.fromkeys(("promises_export", "disputes_export"), "a list as a file"),
    **dict.fromkeys(("deactivate_person", "reactivate_person", "remove_second_factor"), "a button"),
    **dict.fromkeys(("invite_again", "withdraw_invitation"), "a button"),
    **dict.fromkeys(("action_done", "month_close", "try_connection"), "a button"),
    **dict.fromkeys(("replace_token", "connect_store"), "a token is not to be kept"),
    **dict.fromkeys(("make_api_token", "revoke_api_token"), "a few words, and only after signing in afresh"),
    **dict.fromkeys(("pause_webhook", "resume_webhook", "test_webhook"), "a button"),
    **dict.fromkeys(("send_webhooks_again", "resend_webhook_message", "rotate_webhook_secret"), "a button"),
    **dict.fromkeys(("add_webhook", "edit_webhook", "delete_webhook"), "an address and ticks"),
    **dict.fromkeys(
        ("connection", "disconnect_store", "month_reopen"), "a few words, as the page shows them"
    ),
    **dict.fromkeys(("start_import", "cancel_import"), "a button"),
    **dict.fromkeys(("import_columns", "import_reading"), "a few choices, proposed anew by its page"),
    "import_new": "a file is not to be kept",
    "einvoice_check": "a file is not to be kept",
    "activity_export": "a list as a file",
    "bank_files": "a file",
    "bank_rules": "a few fields, as the page shows them",
    "bank_mapping": "choices, as the page shows them",
    "bank_accept": "a choice among what would be another by then",
    **dict.fromkeys(
        ("bank_ignore", "bank_on_account", "bank_take_back"), "a few words, as the page shows them"
    ),
    "payment_methods_export": "a list as a file",
    "cancel_companies_batch": "a button",
    "ask_together": "of a preview that would be another by then",
    "remind": "ticks on a preview that would be another by then",
}


@pytest.fixture
def forms(admin, clerk, company, open_invoices, payment, sandbox) -> dict:
    """Of every view that keeps: where its form is sent, what is typed, and what the page has to show of it."""
    order = Order.objects.exclude(company_id=None).order_by("-api_id")[0].api_id
    receipt = Receipt.objects.order_by("api_id")[0].api_id
    buyer = Buyer.objects.exclude(company_id=None).order_by("api_id")[0]
    on_credit = CreditTerms.objects.filter(store=admin.store, credit_enabled=True)[0].api_id
    first, second = (each.api_id for each in open_invoices[:2])
    view = SavedView.objects.create(store=admin.store, owner=admin, of="invoices", name="Late")
    method = CompanyMethod.objects.filter(store=admin.store, company_id=company.api_id, is_enabled=True)[
        0
    ].code
    record = f"payments/record/{company.api_id}/{uuid.uuid4()}/"
    counts = {f"{each}-{kind}_FORMS": 0 for each in ("lines", "costs") for kind in ("TOTAL", "INITIAL")}
    mail = Mail.objects.create(
        id=uuid.uuid4(), store=admin.store, company_id=company.api_id, kind="statement", subject="S"
    )
    delivery = MailRecipient.objects.create(
        mail=mail, store=admin.store, company_id=company.api_id, address="ada@example.org", state="sent"
    )
    batch, reason = str(uuid.uuid4()), {"reason": "typed in vain", "change_id": str(uuid.uuid4())}
    waiting = {"verb": Change.Verb.SET_PAYMENT_STATUS, "state": Change.State.WAITING}
    # Not of the payment under repair: that would have no form to delete it meanwhile.
    completed = Payment.objects.filter(store=admin.store, processing_status=3)
    waiting_id = completed.order_by("-api_id")[0].api_id
    change = Change.objects.create(
        pk=uuid.uuid4(), store=admin.store, actor=clerk, company_id=company.api_id,
        target_id=waiting_id, **waiting,
    )  # fmt: skip
    repair = Discrepancy.objects.create(
        store=admin.store,
        kind=Discrepancy.Kind.UNKNOWN,
        external_id=uuid.uuid4(),
        company_id=payment.company_id,
        payment_ids=[payment.api_id],
    )
    new_credit(admin, sandbox, open_invoices[0], 5)
    sandbox.control("DELETE", "requests")
    balance = {"open_balance": "0", "status": 2}
    written_off = Change.objects.create(
        pk=uuid.uuid4(), store=admin.store, actor=clerk, company_id=company.api_id, target_id=first,
        verb=Change.Verb.WRITE_OFF, state=Change.State.APPLIED,
        before={"open_balance": "1", "status": 0, "last_payment": 0}, after=balance, mirrored_at=timezone.now(),
    )  # fmt: skip
    money = OnAccount.objects.create(
        form_id=uuid.uuid4(), store=admin.store, actor=clerk, company_id=company.api_id, currency="USD",
        amount=5, received_on=dt.date(2026, 1, 31), reason="No invoice named",
    )  # fmt: skip
    small = {"invoice": [first], "step": "do", "batch": batch, "currency": "USD", "at_most": "1"}
    done = completed.order_by("api_id")[0].api_id
    written = {"store": admin.store, "company_id": company.api_id, "actor": clerk, "at": timezone.now()}
    amount = {"currency": "USD", "amount": 5}
    promise = PromiseToPay.objects.create(
        form_id=uuid.uuid4(), pay_by=timezone.now(), paid=0, **written, **amount
    )
    dispute = Dispute.objects.create(
        form_id=uuid.uuid4(), invoice_id=second, reason="price", **written, **amount
    )
    said = {"text": "typed in vain", "change_id": str(uuid.uuid4()), "step": "save"}
    return {
        "reminder_plan": (
            "reminders/USD/plan/",
            {"1-days": "3", "1-subject": "typed in vain", "1-text": "x"},
            "typed in vain",
        ),
        "note_add": (f"companies/{company.api_id}/notes/add/", said, "typed in vain"),
        "promise_add": (f"companies/{company.api_id}/promises/add/", said, "typed in vain"),
        "promise_withdraw": (f"promises/{promise.pk}/withdraw/", reason, "typed in vain"),
        "dispute_open": (f"invoices/{first}/dispute/", said, "typed in vain"),
        "dispute_resolve": (f"promises/disputes/{dispute.pk}/resolve/", reason, "typed in vain"),
        "start_export": (
            "exports/start/",
            {"invoice": first, "shape": "merged", "source": "ours"},
            str(first),
        ),
        "export_pdfs": ("exports/new/", {"invoice": first}, str(first)),
        "invoice_create_for": (
            f"invoices/create/{company.api_id}/",
            {"number": "IN VAIN", **counts},
            "IN VAIN",
        ),
        "order_edit": (f"orders/{order}/edit/", {"po_number": "IN VAIN"}, "IN VAIN"),
        "order_record": ("orders/record/", {"po_number": "IN VAIN"}, "IN VAIN"),
        "orders_convert": ("orders/convert/", {"customer_id": "98765", "confirmed": "1"}, "98765"),
        "invoice_edit": (f"invoices/{first}/edit/", {"po_number": "IN VAIN"}, "IN VAIN"),
        "set_due_date": (f"invoices/{first}/due-date/", reason, "typed in vain"),
        "invoice_delete": (f"invoices/{first}/delete/", reason, "typed in vain"),
        "receive_on_account": (f"on-account/receive/{company.api_id}/", reason, "typed in vain"),
        "take_off_account": (f"on-account/{money.pk}/take-off/", reason, "typed in vain"),
        "write_off": (f"invoices/{first}/write-off/", {**reason, "amount": "1"}, "typed in vain"),
        "apply_credit": (f"invoices/{first}/apply-credit/", {**reason, "amount": "1"}, "typed in vain"),
        "undo_move": (f"invoices/taken-back/{written_off.pk}/", reason, "typed in vain"),
        "write_off_many": ("invoices/write-off/", {**reason, **small}, "typed in vain"),
        "preferences": ("preferences/", {"number_format": "comma"}, 'value="comma" selected'),
        "settings": ("settings/", {"reserve": "66"}, 'value="66"'),
        "save_rates": ("rates/save/", {"rate-JPY": "0.0066"}, 'value="0.0066"'),
        "recording": (record, {"memo": "typed in vain", "currency": "USD"}, "typed in vain"),
        "recording_preview": (
            f"{record}preview/",
            {"memo": "typed in vain", "currency": "USD"},
            "typed in vain",
        ),
        "recording_allocation": (
            f"{record}allocate/",
            {"memo": "typed in vain", "currency": "USD"},
            "typed in vain",
        ),
        "recording_currency": (
            f"{record}currency/",
            {"memo": "typed in vain", "to": open_invoices[0].currency},
            "",
        ),
        "receipt_delete": (f"receipts/{receipt}/delete/", reason, "typed in vain"),
        "invite": ("people/invite/", {"email": "vain@example.org"}, "vain@example.org"),
        "person": (f"people/{clerk.pk}/", {"companies": "typed in vain"}, "typed in vain"),
        "branding": ("branding/", {"name": "In Vain Ltd"}, "In Vain Ltd"),
        "einvoice_seller": ("e-invoices/seller/", {"city": "In Vain Town"}, "In Vain Town"),
        "einvoice_taxes": ("e-invoices/taxes/", {"without-reason": "typed in vain"}, "typed in vain"),
        "company_einvoice": (
            f"companies/{company.api_id}/e-invoices/",
            {"buyer_reference": "typed in vain"},
            "typed in vain",
        ),
        "invoices_bulk": (
            "invoices/bulk/",
            {
                "invoice": [first, second],
                "step": "do",
                "what": "delete",
                "batch": batch,
                "reason": "typed in vain",
            },
            "typed in vain",
        ),
        "saved_views": ("views/", {"of": "invoices", "name": "In vain"}, "In vain"),
        "saved_view": (f"views/{view.pk}/", {"name": "In vain"}, "In vain"),
        "start_statements": (
            "statements/start/",
            {"export_id": batch, "shape": "zip", "shows": "open"},
            batch,
        ),
        "statement_mail": (
            f"companies/{company.api_id}/statement/mail/",
            {"mail_id": str(uuid.uuid4()), "subject": "typed in vain", "text": "T", "seen": "figures"},
            "typed in vain",
        ),
        "company_addresses": (
            f"companies/{company.api_id}/addresses/",
            {"address": "vain@example.org"},
            "vain@example.org",
        ),
        "mail_text": ("mails/text/", {"subject": "typed in vain", "text": "T"}, "typed in vain"),
        "mail_resend": (
            f"mails/deliveries/{delivery.pk}/again/",
            {"key": str(uuid.uuid4()), "address": "vain@example.org"},
            "vain@example.org",
        ),
        "mail_bounced": (
            f"mails/deliveries/{delivery.pk}/bounced/",
            {"reason": "typed in vain"},
            "typed in vain",
        ),
        "companies_together": (
            "companies/together/",
            {**reason, "company": [on_credit], "step": "preview", "what": "terms", "days": "5"},
            "typed in vain",
        ),
        "company_credit": (f"companies/{on_credit}/credit/", reason, "typed in vain"),
        "company_terms": (f"companies/{company.api_id}/terms/", reason, "typed in vain"),
        "company_status": (f"companies/{company.api_id}/status/", reason, "typed in vain"),
        "company_parent": (f"companies/{company.api_id}/parent/", reason, "typed in vain"),
        "company_contact": (f"companies/{company.api_id}/contact/", reason, "typed in vain"),
        "add_buyer": (f"companies/{company.api_id}/people/add/", reason, "typed in vain"),
        "edit_buyer": (f"companies/{buyer.company_id}/people/{buyer.api_id}/", reason, "typed in vain"),
        "remove_buyer": (
            f"companies/{buyer.company_id}/people/{buyer.api_id}/remove/",
            reason,
            "typed in vain",
        ),
        "credit_hold": (f"companies/{on_credit}/credit/hold/", reason, "typed in vain"),
        "credit_release": (f"companies/{on_credit}/credit/release/", reason, "typed in vain"),
        "company_methods": (
            f"companies/{company.api_id}/methods/",
            {**reason, "was": [method]},
            reason["change_id"],
        ),
        "move_payments": ("payments/move/", {"payment": [done], "status": "2"}, f"/{done}/"),
        "move_together": ("payments/move/together/", {"batch": batch, "status": "2", "seen": ""}, batch),
        "reject": (f"changes/{change.pk}/reject/", reason, "typed in vain"),
        "payment_edit": (
            f"payments/{payment.api_id}/edit/",
            {"step": "save", "memo": "typed in vain"},
            "typed in vain",
        ),
        "repair_leave": (f"repairs/{repair.pk}/leave/", {"note": "typed in vain"}, "typed in vain"),
        "repair_delete": (
            f"repairs/{repair.pk}/payments/{payment.api_id}/delete/",
            {**reason, "sure": "on"},
            "typed in vain",
        ),
        "payment_delete": (f"payments/{payment.api_id}/delete/", {**reason, "sure": "on"}, "typed in vain"),
    }


def test_every_form_is_kept_or_there_is_a_reason(forms):
    views = {pattern.name: pattern.callback for pattern in urls.store_pages}
    answers = {name for name, view in views.items() if "POST" in view.methods}
    keeping = {name for name, view in views.items() if view.keeps}
    assert keeping == set(forms)
    assert answers - keeping == set(BUTTONS)


def test_each_is_shown_as_it_was_typed_and_nothing_is_done(desk, admin, forms, sandbox):
    before, lost = _everything(), []
    for name, (path, typed, expected) in whole_or(list(forms.items()), list(forms.items())[::12]):
        if name == "move_together":
            desk.enter(admin)
            desk.open(SETTINGS)
            preview = desk.send("/s/demo/payments/move/", forms["move_payments"][1]).content.decode()
            typed = {**typed, "seen": value_of(preview, "seen")}
        desk.enter(admin)
        address = desk.lose(SETTINGS, f"/s/demo/{path}", typed)
        desk.enter(admin)
        answer = desk.browser.get(address)
        text = answer.content.decode()
        if name == "recording_currency":
            assert answer.status_code == 303
        elif answer.status_code != 200 or NOTICE not in text or expected not in text:
            lost.append((name, answer.status_code, NOTICE in text))
    assert lost == []
    assert sandbox.writes() == []
    assert _everything() == before


@only_whole("test_each_is_shown_as_it_was_typed_and_nothing_is_done")
def test_a_repair_is_shown_as_it_is_known_here(desk, admin, forms, sandbox):
    """Its page else reads the store afresh, which writes."""
    path, typed, _expected = forms["repair_delete"]
    desk.enter(admin)
    address = desk.lose(SETTINGS, f"/s/demo/{path}", typed)
    desk.enter(admin)
    sandbox.control("DELETE", "requests")
    assert value_of(desk.open(address), "reason") == "typed in vain"
    assert sandbox.control("GET", "requests") == []


def _everything() -> tuple:
    return (
        list(Store.objects.values_list("reserve", "approval_limits")),
        list(Change.objects.order_by("pk").values_list("pk", "state")),
        list(Discrepancy.objects.values_list("resolution", "note")),
        list(SavedView.objects.values_list("name", "query")),
        list(Activity.objects.filter(kind="rule").values_list("pk")),
        list(Membership.objects.order_by("pk").values_list("user__number_format")),
        Invoice.objects.count(),
        CollectionEvent.objects.count(),
        [model.objects.count() for model in (Mail, MailRecipient, MailText, CompanyAddress)],
    )


def test_nothing_can_be_written_while_a_form_is_shown(desk, admin, monkeypatch):
    """Also by a view whose form would let it."""
    monkeypatch.setattr(RulesForm, "is_valid", lambda form: not form.errors)
    desk.enter(admin)
    kept = desk.lose(SETTINGS, SETTINGS, {"reserve": "77"})
    desk.enter(admin)
    with pytest.raises(InternalError, match="read-only transaction"):
        desk.browser.get(kept)
