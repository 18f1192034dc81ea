"""The verbs of payments: record, move, edit, operate, delete."""
