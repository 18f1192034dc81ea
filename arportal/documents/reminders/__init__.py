"""Reminders: their mails, made of what is chosen, looked at again before they go, and sent in rounds."""
