"""Accounts-receivable dashboard for merchants on BigCommerce B2B Edition."""
