"""Mails: their texts made from figures, and their sending."""
