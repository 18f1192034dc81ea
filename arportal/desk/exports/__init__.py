"""Exports of many PDFs: asking for one, and its page."""
