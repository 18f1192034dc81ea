"""Invoices and offline payments out of people's files: columns, a dry run, and then Changes as of any form."""
