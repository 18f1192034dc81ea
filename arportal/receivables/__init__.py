"""The rules and the verbs of accounts receivable, and the records only we hold."""
