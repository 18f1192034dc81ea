"""The desk's table of contents. Every page of a store is a view behind `pages.page`."""

from django.urls import include, path

from arportal.desk import (
    changes,
    companies,
    downloads,
    health,
    home,
    invoice_list,
    invoices,
    methods,
    moves,
    order_changes,
    order_list,
    orders,
    overview,
    payment_queue,
    payments,
    recording,
    saved_views,
    settings,
    sync,
    theme,
)

app_name = "desk"

store_pages = [
    path("", overview.overview, name="overview"),
    path("companies/", companies.companies, name="companies"),
    path("companies/names/", companies.company_names, name="company_names"),
    path("companies/<int:company_id>/", companies.company, name="company"),
    path("companies/<int:company_id>/methods/", methods.switch_methods, name="company_methods"),
    path("invoices/", invoice_list.invoices, name="invoices"),
    path("invoices/export.<str:kind>", invoice_list.export, name="invoices_export"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("payments/", payment_queue.payments, name="payments"),
    path("payments/record/", recording.choose_company, name="record_payment"),
    path("payments/record/<int:company_id>/", recording.record_payment, name="record_payment_for"),
    path("payments/<int:payment_id>/", payments.payment, name="payment"),
    path("payments/<int:payment_id>/status/", moves.set_status, name="payment_status"),
    path("payments/<int:payment_id>/status/<int:status>/", moves.confirm_move, name="payment_move"),
    path("orders/", order_list.orders, name="orders"),
    path("orders/export.<str:kind>", downloads.of(order_list.ORDERS), name="orders_export"),
    path("orders/record/", order_changes.order_record, name="order_record"),
    path("orders/convert/", order_changes.orders_convert, name="orders_convert"),
    path("orders/buyers/", order_changes.buyer_names, name="buyer_names"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/products/", orders.order_products, name="order_products"),
    path("orders/<int:order_id>/edit/", order_changes.order_edit, name="order_edit"),
    path("changes/<uuid:change_id>/", changes.change, name="change"),
    path("changes/<uuid:change_id>/approve/", changes.approve, name="approve"),
    path("changes/<uuid:change_id>/reject/", changes.reject, name="reject"),
    path("changes/<uuid:change_id>/withdraw/", changes.withdraw, name="withdraw"),
    path("approvals/", changes.to_approve, name="approvals"),
    path("settings/", settings.settings, name="settings"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/<int:view_id>/", saved_views.saved_view, name="saved_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
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
