"""The pages of mails: the log, one mail, and the texts."""
