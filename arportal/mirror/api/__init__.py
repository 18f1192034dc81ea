"""The store's API: connections, reading back single records, webhooks."""
