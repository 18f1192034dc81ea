"""The part of the books that some bank lines may be about, read together: a fixed number of queries, however many
lines there are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import BooleanField, F, Func, Q, Value

from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import open_amounts
from arportal.receivables.bank.tokens import canonical, folded, words_of
from arportal.receivables.models import BankLine, BankUse
from arportal.stores.models import Membership

# More than this is not looked through: then a line has fewer suggestions, and says so.
MOST_NAMED = 3_000
MOST_OPEN = 5_000
MOST_OF_AMOUNT = 500
# Letters and a number, as tokens are: without a sign between them.
NUMBERED = re.compile(r"[^\W\d_]+(\d+)")
FIELDS = (
    "store_id", "api_id", "company_id", "company_name", "number", "order_number", "purchase_order_number",
    "external_id", "currency", "original_balance", "open_balance", "status", "issued_on", "due_on", "gone_at",
)  # fmt: skip


class _Named(Func):
    """True if the invoice has one of these words, whole, or behind a sign in one of its references."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, store_id: int, words: Iterable[str]) -> None:
        query = " | ".join(f"'{store_id}:{word}'" for word in sorted(words))
        super().__init__(F("words"), Func(Value(query), template="%(expressions)s::tsquery"))


@dataclass
class Books:
    """Invoices by API id, `left` to pay of each (0 unless open), `keys` → invoices with such a reference, the open
    ones of each company in order of age, and companies by what is known of payers."""

    invoices: dict[int, Invoice] = field(default_factory=dict)
    left: dict[int, Decimal] = field(default_factory=dict)
    by_key: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    open_of: dict[int, list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    of_amount: dict[tuple[str, Decimal], list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_account: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_learned_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    is_complete: bool = True

    def companies_by_name(self, line: BankLine) -> set[int]:
        """Companies that are called as the payer is, or for which somebody of that name has paid before."""
        name = name_key(line.payer_name)
        return self.by_name.get(name, set()) | self.by_learned_name.get(name, set()) if name else set()

    def companies_by_account(self, line: BankLine) -> set[int]:
        return self.by_account.get(line.payer_account, set()) if line.payer_account else set()


def references_of(invoice: Invoice) -> list[str]:
    """The references by which people name the invoice."""
    references = (invoice.number, invoice.purchase_order_number, invoice.order_number, invoice.external_id)
    return [reference for reference in references if reference]


def keys_of(invoice: Invoice) -> set[str]:
    """Its references as they are compared."""
    return {canonical(reference) for reference in references_of(invoice)} - {""}


def name_key(name: str) -> str:
    """A name as it is compared: without case, accents and signs, in any script."""
    return "".join(sign for sign in folded(name) if sign.isalnum())


def read_books(actor: Membership, lines: Sequence[BankLine]) -> Books:
    books = Books()
    _read_payers(actor, lines, books)
    visible = Invoice.objects.visible_to(actor).only(*FIELDS)
    named = _read_named(actor, lines, books)
    by_account = (company_id for line in lines for company_id in books.companies_by_account(line))
    by_name = (company_id for line in lines for company_id in books.companies_by_name(line))
    wanted = {*by_account, *by_name} | {invoice.company_id for invoice in named}
    currencies = {line.currency for line in lines}
    rows = visible.filter(company_id__in=wanted, currency__in=currencies).outstanding()
    opens = list(rows.order_by("issued_on", "api_id")[: MOST_OPEN + 1])
    of_amount = Q()
    for line in lines:
        of_amount |= Q(currency=line.currency, balance=line.left)
    same = list(visible.outstanding().filter(of_amount)[: MOST_OF_AMOUNT + 1]) if lines else []
    books.is_complete &= len(opens) <= MOST_OPEN and len(same) <= MOST_OF_AMOUNT
    for invoice in (*named, *opens, *same):
        books.invoices[invoice.api_id] = invoice
        books.names.setdefault(invoice.company_id, invoice.company_name)
    is_open = {invoice.api_id: invoice for invoice in books.invoices.values() if invoice.is_owed}
    books.left = open_amounts(actor, is_open.values()) if is_open else {}
    for invoice in opens:
        books.open_of[invoice.company_id].append(invoice)
    for invoice in same:
        books.of_amount[invoice.currency, books.left[invoice.api_id]].append(invoice)
    return books


def _read_named(actor: Membership, lines: Sequence[BankLine], books: Books) -> list[Invoice]:
    """Invoices, open or not, with a reference that some line's text holds as a whole word."""
    words = _words(lines)
    if not words:
        return []
    tokens = {token for line in lines for token in line.tokens}
    rows = Invoice.objects.visible_to(actor).only(*FIELDS).filter(_Named(actor.store_id, words))
    invoices = list(rows[: MOST_NAMED + 1])
    books.is_complete &= len(invoices) <= MOST_NAMED
    named = []
    for invoice in invoices:
        keys = keys_of(invoice) & tokens
        for key in keys:
            books.by_key[key].add(invoice.api_id)
        if keys:
            named.append(invoice)
    return named


def _words(lines: Sequence[BankLine]) -> set[str]:
    """The words by which the mirror may have a reference of the lines: it cuts them at signs, and knows the last of
    them without zeros in front; so that INV1814 in a text is INV-001814 there, its number is looked for as well."""
    tokens = {token for line in lines for token in line.tokens}
    words = words_of(text for line in lines for text in (line.reference, line.text))
    words |= {word.lstrip("0") for word in words} | tokens
    words |= {match[1] for token in tokens if (match := NUMBERED.fullmatch(token))}
    return {word for word in words if word.isalnum()}


def _read_payers(actor: Membership, lines: Sequence[BankLine], books: Books) -> None:
    names = {name_key(line.payer_name) for line in lines} - {""}
    if names:
        for company_id, name in Company.objects.visible_to(actor).values_list("api_id", "name"):
            if (key := name_key(name)) in names:
                books.by_name[key].add(company_id)
                books.names[company_id] = name
    used = BankUse.objects.standing().filter(kind=BankUse.Kind.PAYMENT, line__store=actor.store_id)
    of_payers = Q(line__payer_account__in={line.payer_account for line in lines} - {""})
    of_payers |= Q(line__payer_name__in={line.payer_name for line in lines} - {""})
    pairs = used.filter(of_payers)
    fields = ("line__payer_account", "line__payer_name", "company_id")
    for account, name, payer_of in pairs.values_list(*fields).distinct():
        if account:
            books.by_account[account].add(payer_of)
        if name:
            books.by_learned_name[name_key(name)].add(payer_of)
