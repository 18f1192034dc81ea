"""The desk's table of contents. Every page of a store is a view behind `pages.page`."""

from django.urls import include, path

from arportal.desk import overview, sync
from arportal.desk.changes import changes
from arportal.desk.companies import companies, methods
from arportal.desk.drafting import drafting
from arportal.desk.exports import exports
from arportal.desk.invoices import bulk_invoices, invoice_changes, invoice_list, invoice_pdfs, invoices
from arportal.desk.lists import downloads, saved_views
from arportal.desk.orders import order_changes, order_list, orders
from arportal.desk.payments import (
    bulk_batches,
    bulk_moves,
    moves,
    payment_deletion,
    payment_editing,
    payment_operations,
    payment_queue,
    payments,
)
from arportal.desk.receipts import receipt, receipt_pdfs, receipts
from arportal.desk.recording import company_picker, recording, recording_preview
from arportal.desk.repairs import repairs
from arportal.desk.settings import branding, preferences, settings
from arportal.desk.site import discarding, freshness, health, home, theme

app_name = "desk"

store_pages = [
    path("", overview.overview, name="overview"),
    path("freshness/", freshness.freshness, name="freshness"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("kept/<uuid:key>/discard/", discarding.discard_kept, name="discard_kept"),
    path("companies/", companies.companies, name="companies"),
    path("companies/names/", companies.company_names, name="company_names"),
    path("companies/<int:company_id>/", companies.company, name="company"),
    path("companies/<int:company_id>/methods/", methods.switch_methods, name="company_methods"),
    path("invoices/", invoice_list.invoices, name="invoices"),
    path("invoices/export.<str:kind>", invoice_list.export, name="invoices_export"),
    path("invoices/create/", drafting.invoice_create, name="invoice_create"),
    path("invoices/create/<int:company_id>/", drafting.invoice_create_for, name="invoice_create_for"),
    path("invoices/bulk/", bulk_invoices.bulk, name="invoices_bulk"),
    path("invoices/batches/<uuid:batch>/", bulk_invoices.invoice_batch, name="invoice_batch"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/edit/", invoice_changes.invoice_edit, name="invoice_edit"),
    path("invoices/<int:invoice_id>/delete/", invoice_changes.invoice_delete, name="invoice_delete"),
    path("invoices/<int:invoice_id>/pdf/", invoice_pdfs.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:invoice_id>/pdf/ours/", invoice_pdfs.our_invoice_pdf, name="our_invoice_pdf"),
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.export_pdfs, name="export_pdfs"),
    path("exports/start/", exports.start_export, name="start_export"),
    path("exports/<uuid:export_id>/", exports.export, name="export"),
    path("exports/<uuid:export_id>/cancel/", exports.cancel_export, name="cancel_export"),
    path("exports/<uuid:export_id>/carry-on/", exports.carry_on_export, name="carry_on_export"),
    path("exports/<uuid:export_id>/file/", exports.export_file, name="export_file"),
    path("exports/<uuid:export_id>/<str:name>.csv", exports.export_list, name="export_list"),
    path("payments/", payment_queue.payments, name="payments"),
    path("payments/tabs/", payment_queue.payment_tabs, name="payment_tabs"),
    path("payments/export.<str:kind>", payment_queue.export, name="payments_export"),
    path("payments/move/", bulk_moves.preview_moves, name="move_payments"),
    path("payments/move/together/", bulk_moves.move_together, name="move_together"),
    path("payments/move/<uuid:batch>/", bulk_batches.batch, name="move_batch"),
    path("payments/move/<uuid:batch>/cancel/", bulk_batches.cancel_batch, name="cancel_batch"),
    path("payments/record/", company_picker.pick_company, name="record_payment"),
    path("payments/record/<int:company_id>/", recording.begin, name="record_payment_for"),
    path("payments/record/<int:company_id>/<uuid:change_id>/", recording.record_payment, name="recording"),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/allocate/",
        recording.allocate,
        name="recording_allocation",
    ),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/currency/",
        recording.change_currency,
        name="recording_currency",
    ),
    path(
        "payments/record/<int:company_id>/<uuid:change_id>/preview/",
        recording_preview.preview,
        name="recording_preview",
    ),
    path("payments/<int:payment_id>/", payments.payment, name="payment"),
    path("payments/<int:payment_id>/read/", payments.read_payment, name="payment_read"),
    path("payments/<int:payment_id>/pdf/", receipt_pdfs.payment_pdf, name="payment_pdf"),
    path("payments/<int:payment_id>/edit/", payment_editing.edit_payment, name="payment_edit"),
    path("payments/<int:payment_id>/delete/", payment_deletion.delete_payment, name="payment_delete"),
    path(
        "payments/<int:payment_id>/operations/<int:operation>/",
        payment_operations.operate_payment,
        name="payment_operation",
    ),
    path("payments/<int:payment_id>/status/", moves.set_status, name="payment_status"),
    path("payments/<int:payment_id>/status/<int:status>/", moves.confirm_move, name="payment_move"),
    path("orders/", order_list.orders, name="orders"),
    path("orders/export.<str:kind>", downloads.of(order_list.ORDERS), name="orders_export"),
    path("orders/record/", order_changes.order_record, name="order_record"),
    path("orders/convert/", order_changes.orders_convert, name="orders_convert"),
    path("orders/buyers/", order_changes.buyer_names, name="buyer_names"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/products/", orders.order_products, name="order_products"),
    path("orders/<int:order_id>/invoice/", drafting.order_invoice, name="order_invoice"),
    path("orders/<int:order_id>/edit/", order_changes.order_edit, name="order_edit"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/export.<str:kind>", receipts.export, name="receipts_export"),
    path("receipts/lines/", receipts.receipt_lines, name="receipt_lines"),
    path("receipts/lines/export.<str:kind>", receipts.export_lines, name="receipt_lines_export"),
    path("receipts/<int:receipt_id>/", receipt.receipt, name="receipt"),
    path("receipts/<int:receipt_id>/pdf/", receipt_pdfs.receipt_pdf, name="receipt_pdf"),
    path("receipts/<int:receipt_id>/delete/", receipt.delete_receipt, name="receipt_delete"),
    path("changes/<uuid:change_id>/", changes.change, name="change"),
    path("changes/<uuid:change_id>/approve/", changes.approve, name="approve"),
    path("changes/<uuid:change_id>/reject/", changes.reject, name="reject"),
    path("changes/<uuid:change_id>/withdraw/", changes.withdraw, name="withdraw"),
    path("approvals/", changes.to_approve, name="approvals"),
    path("settings/", settings.settings, name="settings"),
    path("branding/", branding.branding, name="branding"),
    path("branding/preview/", branding.branding_preview, name="branding_preview"),
    path("branding/sample.pdf", branding.branding_pdf, name="branding_pdf"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/<int:view_id>/", saved_views.saved_view, name="saved_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
    path("repairs/", repairs.repairs, name="repairs"),
    path("repairs/compare/", repairs.sweep_now, name="sweep_now"),
    path("repairs/<int:discrepancy_id>/", repairs.repair, name="repair"),
    path("repairs/<int:discrepancy_id>/leave/", repairs.repair_leave, name="repair_leave"),
    path(
        "repairs/<int:discrepancy_id>/payments/<int:payment_id>/delete/",
        repairs.repair_delete,
        name="repair_delete",
    ),
    path("sync/", sync.sync, name="sync"),
    path("sync/now/", sync.sync_now, name="sync_now"),
    path("sync/all/", sync.check_all, name="check_all"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("theme/", theme.switch_theme, name="theme"),
    path("s/<slug:slug>/", include(store_pages)),
]
