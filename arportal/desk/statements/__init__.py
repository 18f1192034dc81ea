"""Statements of all companies with a balance: asking for them, as files or as mails."""
