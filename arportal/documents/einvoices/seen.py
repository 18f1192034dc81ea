"""The cost lines and fields of lines that a store's invoices really have, so that rules about them can be said."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from arportal import b2b
from arportal.b2b.records.invoice_details import InvoiceDetails
from arportal.documents.einvoices.facts import Role, Tax, folded
from arportal.mirror.models import Invoice
from arportal.stores.models import Store

# So many of the newest invoices are read: more would make the page wait.
READ = 2000
# Words of a description → its role, in the languages of our stores; the first that fits.
ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.SUBTOTAL, re.compile(r"sub-?\s?total|zwischensumme|sous-total|subtotaal|subtotale")),
    (Role.TAX, re.compile(r"\b(tax|vat|gst|hst|mwst|ust|tva|iva|btw|moms|alv|podatek|dph)\b|steuer")),
    (Role.DISCOUNT, re.compile(r"discount|coupon|rebate|rabatt|skonto|remise|sconto|descuento|korting")),
    (Role.CHARGE, re.compile(r"freight|shipping|handling|fee|surcharge|versand|fracht|porto|port\b|envío")),
)
PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*%")


@dataclass(slots=True)
class SeenCost:
    """A description as it was last written, and on how many invoices it stands."""

    description: str
    newest_on: dt.date | None
    invoices: int = 0

    @property
    def suggested_role(self) -> Role | None:
        text = folded(self.description)
        return next((role for role, words in ROLES if words.search(text)), None)

    @property
    def suggested_rate(self) -> str:
        """The percentage that the description names; "" for none."""
        percent = PERCENT.search(self.description)
        return percent[1].replace(",", ".") if percent else ""

    @property
    def suggested_tax(self) -> Tax | None:
        """The tax of a tax line that names its percentage."""
        if self.suggested_role is not Role.TAX or not self.suggested_rate:
            return None
        rate = Decimal(self.suggested_rate)
        return Tax("S", rate) if rate else Tax("Z")


@dataclass(slots=True)
class Seen:
    """`costs` by folded description, the newest first. `fields`: custom field of lines → how often each value."""

    invoices: int = 0
    costs: dict[str, SeenCost] = field(default_factory=dict)
    fields: dict[str, Counter[str]] = field(default_factory=dict)


def seen_in(store: Store) -> Seen:
    """Reads the newest invoices; one that cannot be read is passed over, its own page says why."""
    seen = Seen()
    rows = Invoice.objects.filter(store=store, gone_at=None).order_by("-issued_at", "-api_id")
    for issued_on, raw in rows.values_list("issued_on", "raw")[:READ]:
        try:
            details = InvoiceDetails.parse(raw.get("details") or {})
        except b2b.B2BError:
            continue
        seen.invoices += 1
        for key, description in {
            folded(cost.description): cost.description for cost in details.cost_lines
        }.items():
            seen.costs.setdefault(key, SeenCost(" ".join(description.split()), issued_on)).invoices += 1
        for line in details.lines:
            for name, value in line.custom_fields.items():
                seen.fields.setdefault(str(name), Counter())[str(value)] += 1
    return seen
