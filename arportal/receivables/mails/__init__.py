"""Mails to companies: who gets them, what they say, and the log of what became of each."""
