"""Records as the API sends them, in our own words and figures, in both generations of the documentation.

`RAW` dresses them as the first publication's captures (empty strings and lists, bare numbers, nulls), `TIDY` as
today's (placeholders, everything text). Both must read the same where they say the same.
"""

from tests.b2b.samples.companies import channel, company, credit, extra_field, user
from tests.b2b.samples.invoices import invoice
from tests.b2b.samples.orders import currency_format, order, order_product
from tests.b2b.samples.parts import DUE, GENERATIONS, ISSUED, RAW, TIDY, Generation, address, money
from tests.b2b.samples.payments import online_payment, payment, receipt, receipt_line

__all__ = [
    "DUE",
    "GENERATIONS",
    "ISSUED",
    "RAW",
    "TIDY",
    "Generation",
    "address",
    "channel",
    "company",
    "credit",
    "currency_format",
    "extra_field",
    "invoice",
    "money",
    "online_payment",
    "order",
    "order_product",
    "payment",
    "receipt",
    "receipt_line",
    "user",
]
