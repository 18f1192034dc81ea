"""The limits of the imitation, in honest sentences; the documentation prints them."""

NOT_SERVED = (
    ("GET", "/companies/{id}/attachments", "files of a company"),
    ("POST", "/companies/bulk", "bulk calls of companies"),
    ("POST", "/users/bulk", "bulk calls of users"),
    ("DELETE", "/companies/{id}", "deleting a company"),
    ("PUT", "/companies/{id}/catalogs", "assigning a catalogue"),
    ("GET", "/companies/roles", "company roles"),
    ("GET", "/companies/permissions", "company permissions"),
    ("POST", "/customer-groups/{id}/companies", "turning a customer group into a company"),
    ("GET", "/ip/config", "the invoice portal's settings, which are not public"),
    ("GET", "/ip/invoices/export", "invoice export, declared without operations"),
)

NOT_IMITATED = (
    "Nothing here was compared with a live store: shapes come from the published files and from reports.",
    "Error texts nobody has published are our own words; only their envelope and status follow the sources.",
    "Requests are served one at a time, so two writes never race as they may in the real service.",
    "Answers are never compressed, and a chunked request body is not read.",
    "The request budget is a plain 60-second window; how the real one slides is not known.",
    "There is one token with every scope; the legacy authToken is not accepted, webhooks are not sent.",
    "Keyword search is a plain substring match, case-insensitive for ASCII letters only.",
    "Lists lag behind writes only when index_delay_s or the fault stale_index says so, and for new rows only.",
    "fundingStatus is always 2; operation 2 (pull updates from the order) changes nothing.",
    "A refund moves balances and receipts, no money: there is no gateway, every card is accepted.",
    "Orders keep the status they were placed with, and there is no BigCommerce Orders V2 API behind them.",
    "Available credit does not follow invoices or payments.",
    "Lengths and formats (e-mail, telephone, country, URL) are not checked; an external PDF is never fetched.",
    "Extra field values are stored as sent; only required order fields can be demanded (required_order_fields).",
    "Invoice PDFs are plain lines of text in Helvetica; other scripts depend on the reader's fonts.",
    "Creating a company makes its admin and its customer group, but no catalogue or price list, and sends no e-mail.",
)
