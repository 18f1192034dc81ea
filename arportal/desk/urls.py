"""The desk's table of contents. Every page of a store is a view behind `pages.page`."""

from django.urls import include, path

from arportal.desk import company_urls, sync
from arportal.desk.activity import list as activity_list
from arportal.desk.ageing import closing as month_closing
from arportal.desk.ageing import files as ageing_files
from arportal.desk.ageing import invoices as ageing_invoices
from arportal.desk.ageing import page as ageing_page
from arportal.desk.ageing import snapshots as ageing_snapshots
from arportal.desk.bank import urls as bank_urls
from arportal.desk.changes import page as change_page
from arportal.desk.collections import (
    actions,
    disputes,
    open_dispute,
    plan,
    promises,
    remind,
    reminder_round,
    reminders,
    resolve_dispute,
    withdraw_promise,
    worklist,
)
from arportal.desk.drafting import create as invoice_create
from arportal.desk.drafting import invoice_order
from arportal.desk.einvoices import check as einvoice_check
from arportal.desk.einvoices import seller as einvoice_seller
from arportal.desk.einvoices import state as einvoice_state
from arportal.desk.einvoices import taxes as einvoice_taxes
from arportal.desk.exports import page as export_page
from arportal.desk.imports import bring as import_bring
from arportal.desk.imports import columns as import_columns
from arportal.desk.imports import page as import_page
from arportal.desk.invoices import apply_credit, set_due_date, undo, write_off, write_off_together
from arportal.desk.invoices import bulk as invoice_bulk
from arportal.desk.invoices import delete as invoice_delete
from arportal.desk.invoices import edit as invoice_edit
from arportal.desk.invoices import list as invoice_list
from arportal.desk.invoices import page as invoice_page
from arportal.desk.invoices import pdfs as invoice_pdfs
from arportal.desk.ledger import unexplained
from arportal.desk.lists import downloads, saved_views
from arportal.desk.mails import deliver as mail_deliver
from arportal.desk.mails import list as mail_list
from arportal.desk.mails import page as mail_page
from arportal.desk.mails import text as mail_text
from arportal.desk.on_account import list as on_account_list
from arportal.desk.on_account import page as on_account_page
from arportal.desk.on_account import receive as on_account_receive
from arportal.desk.orders import convert as order_convert
from arportal.desk.orders import edit as order_edit
from arportal.desk.orders import list as order_list
from arportal.desk.orders import page as order_page
from arportal.desk.orders import record as order_record
from arportal.desk.overview import page as overview
from arportal.desk.payments import batch as payment_batch
from arportal.desk.payments import bulk_move
from arportal.desk.payments import delete as payment_delete
from arportal.desk.payments import edit as payment_edit
from arportal.desk.payments import list as payment_list
from arportal.desk.payments import move as payment_move
from arportal.desk.payments import operate as payment_operate
from arportal.desk.payments import page as payment_page
from arportal.desk.people import accept, invitations, tokens
from arportal.desk.people import page as people_page
from arportal.desk.probes import health, metrics
from arportal.desk.receipts import delete as receipt_delete
from arportal.desk.receipts import list as receipt_list
from arportal.desk.receipts import page as receipt_page
from arportal.desk.receipts import pdfs as receipt_pdfs
from arportal.desk.recording import pick_company, preview, record_payment
from arportal.desk.repairs import delete as repair_delete
from arportal.desk.repairs import list as repair_list
from arportal.desk.repairs import page as repair_page
from arportal.desk.settings import branding, connection, preferences, rates, rules, stores
from arportal.desk.settings.webhook_urls import webhook_pages
from arportal.desk.site import discarding, freshness, home, theme
from arportal.desk.statements import page as statements

app_name = "desk"

store_pages = [
    path("", overview.overview, name="overview"),
    path("freshness/", freshness.freshness, name="freshness"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("kept/<uuid:key>/discard/", discarding.discard_kept, name="discard_kept"),
    path("ageing/", ageing_page.ageing, name="ageing"),
    path("ageing/export.<str:kind>", ageing_files.export, name="ageing_export"),
    path("ageing/invoices/", ageing_invoices.ageing_invoices, name="ageing_invoices"),
    path("ageing/month-ends/", ageing_snapshots.ageing_snapshots, name="ageing_snapshots"),
    path("ageing/month-ends/close/", month_closing.month_close, name="month_close"),
    path("ageing/month-ends/reopen/", month_closing.month_reopen, name="month_reopen"),
    path("ageing/month-ends/<int:snapshot_id>/", ageing_snapshots.ageing_snapshot, name="ageing_snapshot"),
    *company_urls.company_pages,
    path("invoices/", invoice_list.invoices, name="invoices"),
    path("invoices/export.<str:kind>", invoice_list.export, name="invoices_export"),
    path("invoices/create/", invoice_create.invoice_create, name="invoice_create"),
    path("invoices/create/<int:company_id>/", invoice_create.invoice_create_for, name="invoice_create_for"),
    path("invoices/bulk/", invoice_bulk.bulk, name="invoices_bulk"),
    path("invoices/write-off/", write_off_together.write_off_many, name="write_off_many"),
    path("invoices/taken-back/<uuid:change_id>/", undo.undo_move, name="undo_move"),
    path("invoices/batches/<uuid:batch>/", invoice_bulk.invoice_batch, name="invoice_batch"),
    path("invoices/<int:invoice_id>/", invoice_page.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/edit/", invoice_edit.invoice_edit, name="invoice_edit"),
    path("invoices/<int:invoice_id>/due-date/", set_due_date.set_due_date, name="set_due_date"),
    path("invoices/<int:invoice_id>/delete/", invoice_delete.invoice_delete, name="invoice_delete"),
    path("invoices/<int:invoice_id>/write-off/", write_off.write_off, name="write_off"),
    path("invoices/<int:invoice_id>/apply-credit/", apply_credit.apply_credit, name="apply_credit"),
    path("invoices/<int:invoice_id>/pdf/", invoice_pdfs.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:invoice_id>/pdf/ours/", invoice_pdfs.our_invoice_pdf, name="our_invoice_pdf"),
    path(
        "invoices/<int:invoice_id>/e-invoice/<str:profile>/",
        invoice_pdfs.invoice_einvoice,
        name="invoice_einvoice",
    ),
    path("exports/", export_page.exports, name="exports"),
    path("exports/new/", export_page.export_pdfs, name="export_pdfs"),
    path("exports/start/", export_page.start_export, name="start_export"),
    path("exports/<uuid:export_id>/", export_page.export, name="export"),
    path("exports/<uuid:export_id>/cancel/", export_page.cancel_export, name="cancel_export"),
    path("exports/<uuid:export_id>/carry-on/", export_page.carry_on_export, name="carry_on_export"),
    path("exports/<uuid:export_id>/file/", export_page.export_file, name="export_file"),
    path("exports/<uuid:export_id>/<str:name>.csv", export_page.export_list, name="export_list"),
    path("imports/", import_bring.imports, name="imports"),
    path("imports/new/", import_bring.import_new, name="import_new"),
    path("imports/templates/<str:name>.csv", import_bring.import_template, name="import_template"),
    path("imports/<uuid:import_id>/", import_page.import_page, name="import"),
    path("imports/<uuid:import_id>/columns/", import_columns.import_columns, name="import_columns"),
    path("imports/<uuid:import_id>/reading/", import_columns.import_reading, name="import_reading"),
    path("imports/<uuid:import_id>/start/", import_page.start_import, name="start_import"),
    path("imports/<uuid:import_id>/cancel/", import_page.cancel_import, name="cancel_import"),
    path("imports/<uuid:import_id>/refused.<str:kind>", import_page.import_refused, name="import_refused"),
    path("payments/", payment_list.payments, name="payments"),
    path("payments/tabs/", payment_list.payment_tabs, name="payment_tabs"),
    path("payments/export.<str:kind>", payment_list.export, name="payments_export"),
    path("payments/move/", bulk_move.preview_moves, name="move_payments"),
    path("payments/move/together/", bulk_move.move_together, name="move_together"),
    path("payments/move/<uuid:batch>/", payment_batch.batch, name="move_batch"),
    path("payments/move/<uuid:batch>/cancel/", payment_batch.cancel_batch, name="cancel_batch"),
    path("payments/record/", pick_company.pick_company, name="record_payment"),
    path("payments/record/<int:company_id>/", record_payment.begin, name="record_payment_for"),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/", record_payment.record_payment, name="recording"
    ),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/allocate/",
        record_payment.allocate,
        name="recording_allocation",
    ),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/currency/",
        record_payment.change_currency,
        name="recording_currency",
    ),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/preview/",
        preview.preview,
        name="recording_preview",
    ),
    path("payments/<int:payment_id>/", payment_page.payment, name="payment"),
    path("payments/<int:payment_id>/read/", payment_page.read_payment, name="payment_read"),
    path("payments/<int:payment_id>/pdf/", receipt_pdfs.payment_pdf, name="payment_pdf"),
    path("payments/<int:payment_id>/edit/", payment_edit.edit_payment, name="payment_edit"),
    path("payments/<int:payment_id>/delete/", payment_delete.delete_payment, name="payment_delete"),
    path(
        "payments/<int:payment_id>/operations/<int:operation>/",
        payment_operate.operate_payment,
        name="payment_operation",
    ),
    path("payments/<int:payment_id>/status/", payment_move.set_status, name="payment_status"),
    path("payments/<int:payment_id>/status/<int:status>/", payment_move.confirm_move, name="payment_move"),
    path("on-account/", on_account_list.on_account, name="on_account"),
    path("on-account/export.<str:kind>", on_account_list.export, name="on_account_export"),
    path(
        "on-account/receive/<int:company_id>/",
        on_account_receive.receive_on_account,
        name="receive_on_account",
    ),
    path("on-account/<int:money_id>/", on_account_page.on_account_money, name="on_account_money"),
    path("on-account/<int:money_id>/take-off/", on_account_page.take_off_account, name="take_off_account"),
    *bank_urls.bank_pages,
    path("orders/", order_list.orders, name="orders"),
    path("orders/export.<str:kind>", downloads.of(order_list.ORDERS), name="orders_export"),
    path("orders/record/", order_record.order_record, name="order_record"),
    path("orders/convert/", order_convert.orders_convert, name="orders_convert"),
    path("orders/buyers/", order_convert.buyer_names, name="buyer_names"),
    path("orders/<int:order_id>/", order_page.order, name="order"),
    path("orders/<int:order_id>/products/", order_page.order_products, name="order_products"),
    path("orders/<int:order_id>/invoice/", invoice_order.order_invoice, name="order_invoice"),
    path("orders/<int:order_id>/edit/", order_edit.order_edit, name="order_edit"),
    path("receipts/", receipt_list.receipts, name="receipts"),
    path("receipts/export.<str:kind>", receipt_list.export, name="receipts_export"),
    path("receipts/lines/", receipt_list.receipt_lines, name="receipt_lines"),
    path("receipts/lines/export.<str:kind>", receipt_list.export_lines, name="receipt_lines_export"),
    path("receipts/<int:receipt_id>/", receipt_page.receipt, name="receipt"),
    path("receipts/<int:receipt_id>/pdf/", receipt_pdfs.receipt_pdf, name="receipt_pdf"),
    path("receipts/<int:receipt_id>/delete/", receipt_delete.delete_receipt, name="receipt_delete"),
    path("mails/", mail_list.mails, name="mails"),
    path("mails/export.<str:kind>", mail_list.export, name="mails_export"),
    path("mails/text/", mail_text.mail_text, name="mail_text"),
    path("mails/text/preview/", mail_text.text_preview, name="mail_text_preview"),
    path("mails/text/reset/", mail_text.reset_text, name="reset_mail_text"),
    path("mails/<uuid:mail_id>/", mail_page.mail, name="mail"),
    path("mails/<uuid:mail_id>/html/", mail_page.mail_html, name="mail_html"),
    path("mails/<uuid:mail_id>/files/<int:file_id>/", mail_page.mail_file, name="mail_file"),
    path("mails/deliveries/<int:delivery_id>/again/", mail_deliver.mail_resend, name="mail_resend"),
    path("mails/deliveries/<int:delivery_id>/bounced/", mail_deliver.mail_bounced, name="mail_bounced"),
    path("changes/<uuid:change_id>/", change_page.change, name="change"),
    path("changes/<uuid:change_id>/approve/", change_page.approve, name="approve"),
    path("changes/<uuid:change_id>/reject/", change_page.reject, name="reject"),
    path("changes/<uuid:change_id>/withdraw/", change_page.withdraw, name="withdraw"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/rounds/<uuid:run_id>/", reminder_round.reminder_round, name="reminder_round"),
    path("reminders/<str:currency>/", remind.remind, name="remind"),
    path("reminders/<str:currency>/plan/", plan.reminder_plan, name="reminder_plan"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/actions/", actions.actions, name="actions"),
    path("worklist/actions/<int:note_id>/done/", actions.action_done, name="action_done"),
    path("promises/", promises.promises, name="promises"),
    path("promises/export.<str:kind>", promises.export, name="promises_export"),
    path("promises/<int:promise_id>/withdraw/", withdraw_promise.promise_withdraw, name="promise_withdraw"),
    path("promises/disputes/", disputes.disputes, name="disputes"),
    path("promises/disputes/export.<str:kind>", disputes.export, name="disputes_export"),
    path(
        "promises/disputes/<int:dispute_id>/resolve/", resolve_dispute.dispute_resolve, name="dispute_resolve"
    ),
    path("invoices/<int:invoice_id>/dispute/", open_dispute.dispute_open, name="dispute_open"),
    path("approvals/", change_page.to_approve, name="approvals"),
    path("people/", people_page.people, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invited/<int:invitation_id>/", invitations.invitation, name="invitation"),
    path("people/invited/<int:invitation_id>/again/", invitations.invite_again, name="invite_again"),
    path(
        "people/invited/<int:invitation_id>/withdraw/",
        invitations.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("people/<int:member_id>/", people_page.person, name="person"),
    path("people/<int:member_id>/deactivate/", people_page.deactivate_person, name="deactivate_person"),
    path("people/<int:member_id>/reactivate/", people_page.reactivate_person, name="reactivate_person"),
    path(
        "people/<int:member_id>/second-factor/remove/",
        people_page.remove_second_factor,
        name="remove_second_factor",
    ),
    path("tokens/", tokens.api_tokens, name="api_tokens"),
    path("tokens/new/", tokens.make_api_token, name="make_api_token"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke_api_token, name="revoke_api_token"),
    path("activity/", activity_list.activity, name="activity"),
    path("activity/export.<str:kind>", activity_list.export, name="activity_export"),
    path("settings/", rules.settings, name="settings"),
    *webhook_pages,
    path("stores/", stores.stores, name="stores"),
    path("stores/connect/", stores.connect_store, name="connect_store"),
    path("connection/", connection.connection, name="connection"),
    path("connection/test/", connection.try_connection, name="try_connection"),
    path("connection/token/", connection.replace_token, name="replace_token"),
    path("connection/disconnect/", connection.disconnect_store, name="disconnect_store"),
    path("rates/", rates.rates, name="rates"),
    path("rates/save/", rates.save, name="save_rates"),
    path("branding/", branding.branding, name="branding"),
    path("branding/preview/", branding.branding_preview, name="branding_preview"),
    path("branding/sample.pdf", branding.branding_pdf, name="branding_pdf"),
    path("e-invoices/", einvoice_state.einvoices, name="einvoices"),
    path("e-invoices/seller/", einvoice_seller.einvoice_seller, name="einvoice_seller"),
    path("e-invoices/taxes/", einvoice_taxes.einvoice_taxes, name="einvoice_taxes"),
    path("e-invoices/check/", einvoice_check.einvoice_check, name="einvoice_check"),
    path("statements/", statements.statements, name="statements"),
    path("statements/start/", statements.start_statements, name="start_statements"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/<int:view_id>/", saved_views.saved_view, name="saved_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
    path("repairs/", repair_list.repairs, name="repairs"),
    path("repairs/compare/", repair_list.reconcile_now, name="reconcile_now"),
    path("repairs/<int:discrepancy_id>/", repair_page.repair, name="repair"),
    path("repairs/<int:discrepancy_id>/leave/", repair_page.repair_leave, name="repair_leave"),
    path(
        "repairs/<int:discrepancy_id>/payments/<int:payment_id>/delete/",
        repair_delete.repair_delete,
        name="repair_delete",
    ),
    path("ledger/unexplained/", unexplained.unexplained, name="unexplained"),
    path("ledger/unexplained/export.<str:kind>", unexplained.export, name="unexplained_export"),
    path("sync/", sync.sync, name="sync"),
    path("sync/now/", sync.sync_now, name="sync_now"),
    path("sync/all/", sync.check_all, name="check_all"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("theme/", theme.switch_theme, name="theme"),
    path("invitations/<str:token>/", accept.accept_invitation, name="accept_invitation"),
    path("s/<slug:slug>/", include(store_pages)),
]
