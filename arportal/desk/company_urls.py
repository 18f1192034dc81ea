"""The pages of companies, of one and of many together: a part of the desk's table of contents."""

from django.urls import path

from arportal.desk.administration import batch as company_batch
from arportal.desk.administration import buyers, payment_methods, set_values, together
from arportal.desk.administration import page as company_administration
from arportal.desk.collections import add_note, add_promise
from arportal.desk.companies import addresses as company_addresses
from arportal.desk.companies import ledger as company_ledger
from arportal.desk.companies import list as company_list
from arportal.desk.companies import page as company_page
from arportal.desk.companies import set_credit_hold, statement_mail, switch_methods
from arportal.desk.companies import statement as company_statement
from arportal.desk.einvoices import buyer as einvoice_buyer

company_pages = [
    path("companies/", company_list.companies, name="companies"),
    path("companies/export.<str:kind>", company_list.export, name="companies_export"),
    path("companies/names/", company_list.company_names, name="company_names"),
    path("companies/methods/", payment_methods.payment_methods, name="payment_methods"),
    path("companies/methods/export.<str:kind>", payment_methods.export, name="payment_methods_export"),
    path("companies/together/", together.companies_together, name="companies_together"),
    path("companies/together/ask/", together.ask_together, name="ask_together"),
    path("companies/together/<uuid:batch>/", company_batch.companies_batch, name="companies_batch"),
    path(
        "companies/together/<uuid:batch>/cancel/",
        company_batch.cancel_companies_batch,
        name="cancel_companies_batch",
    ),
    path(
        "companies/together/<uuid:batch>/undo/",
        company_batch.undo_companies_batch,
        name="undo_companies_batch",
    ),
    path("companies/<int:company_id>/", company_page.company, name="company"),
    path("companies/<int:company_id>/ledger/", company_ledger.company_ledger, name="company_ledger"),
    path(
        "companies/<int:company_id>/statement/", company_statement.company_statement, name="company_statement"
    ),
    path(
        "companies/<int:company_id>/statement/export.<str:kind>",
        company_statement.export,
        name="company_statement_export",
    ),
    path("companies/<int:company_id>/statement/mail/", statement_mail.statement_mail, name="statement_mail"),
    path(
        "companies/<int:company_id>/statement/mail/preview/",
        statement_mail.preview,
        name="statement_mail_preview",
    ),
    path(
        "companies/<int:company_id>/addresses/", company_addresses.company_addresses, name="company_addresses"
    ),
    path(
        "companies/<int:company_id>/addresses/<int:address_id>/remove/",
        company_addresses.remove,
        name="remove_address",
    ),
    path("companies/<int:company_id>/e-invoices/", einvoice_buyer.company_einvoice, name="company_einvoice"),
    path("companies/<int:company_id>/methods/", switch_methods.switch_methods, name="company_methods"),
    path(
        "companies/<int:company_id>/administration/",
        company_administration.company_administration,
        name="company_administration",
    ),
    path("companies/<int:company_id>/credit/", set_values.company_credit, name="company_credit"),
    path("companies/<int:company_id>/terms/", set_values.company_terms, name="company_terms"),
    path("companies/<int:company_id>/status/", set_values.company_status, name="company_status"),
    path("companies/<int:company_id>/parent/", set_values.company_parent, name="company_parent"),
    path("companies/<int:company_id>/contact/", set_values.company_contact, name="company_contact"),
    path("companies/<int:company_id>/people/add/", buyers.add_buyer, name="add_buyer"),
    path("companies/<int:company_id>/people/<int:user_id>/", buyers.edit_buyer, name="edit_buyer"),
    path("companies/<int:company_id>/people/<int:user_id>/remove/", buyers.remove_buyer, name="remove_buyer"),
    path("companies/<int:company_id>/credit/hold/", set_credit_hold.hold_credit, name="credit_hold"),
    path("companies/<int:company_id>/credit/release/", set_credit_hold.release_credit, name="credit_release"),
    path("companies/<int:company_id>/notes/add/", add_note.note_add, name="note_add"),
    path("companies/<int:company_id>/promises/add/", add_promise.promise_add, name="promise_add"),
]
