"""A day at the bank, made up: books, and 110 lines in each of four formats, each with what it really is.

Seeded: the same lines every time. Half of them are plain, the others are traps in which peers have gone wrong.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

from arportal.mirror.models import Company, Invoice
from arportal.stores.models import Store
from tests.days import with_days
from tests.whole import whole_or

DAY = dt.date(2026, 11, 27)
# In the suite one that tells the payer's account, and one that does not.
FORMATS = whole_or(
    {"mt940": "EUR", "camt": "EUR", "bai2": "USD", "ofx": "USD"}, {"camt": "EUR", "bai2": "USD"}
)
NAMES = (
    "Nordwind",
    "Blue Harbor",
    "Öztürk Çelik",
    "مؤسسة النور",
    "東京商事",
    "שלום בע״מ",
    "Atelier Dubois",
    "Kern & Söhne",
)
PLAIN = 55


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as the bank has it. `pays`: numbers of the invoices that it is for; None when nobody can tell."""

    trap: str
    amount: Decimal
    payer: str
    text: str
    pays: frozenset[str] | None
    account: str = ""
    reference: str = ""


@dataclass
class Corpus:
    """The books of a store, and lines by format. `learned`: an account at a bank → the company it has paid for."""

    store: Store
    seed: int = 14
    companies: list[Company] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    learned: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.amounts: set[Decimal] = set()
        for name, currency in FORMATS.items():
            self.lines[name] = self._of_format(name, currency)

    def save(self) -> None:
        Company.objects.bulk_create(self.companies)
        Invoice.objects.bulk_create(self.invoices)

    def files(self) -> dict[str, bytes]:
        write = {"mt940": mt940, "camt": camt, "bai2": bai2, "ofx": ofx}
        return {name: write[name](lines).encode() for name, lines in self.lines.items()}

    def _of_format(self, name: str, currency: str) -> list[Line]:
        lines = []
        for _each in range(PLAIN):
            invoice = self.an_invoice(currency)
            lines.append(self._line("plain", [invoice], f"Payment {invoice.number} thank you"))
        for trap in TRAPS:
            for _each in range(3):
                lines += trap(self, currency, name)
        self.random.shuffle(lines)
        return lines

    def a_company(self, name: str = "") -> Company:
        number = len(self.companies) + 1
        name = name or f"{self.random.choice(NAMES)} {self.random.choice('ABCDEFGHKLMNPRSTVWXYZ')}{number}"
        self.companies.append(Company(store=self.store, api_id=9_000_000 + number, name=name, status=1))
        return self.companies[-1]

    def an_amount(self) -> Decimal:
        """One that no other invoice has."""
        while (amount := Decimal(self.random.randrange(5_000, 900_000)) / 100) in self.amounts:
            pass
        self.amounts.add(amount)
        return amount

    def an_invoice(
        self,
        currency: str,
        company: Company | None = None,
        amount: Decimal | None = None,
        number: str = "",
        **more,
    ) -> Invoice:
        company = company or self.a_company()
        serial = len(self.invoices) + 1
        amount = amount or self.an_amount()
        values = {
            "company_id": company.api_id,
            "company_name": company.name,
            "number": number or f"INV-{30_000 + serial:06}",
            "status": 0,
            "currency": currency,
            "original_balance": amount,
            "open_balance": amount,
            "due_at": None,
            "issued_at": dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=serial % 60),
        }
        row = Invoice(store=self.store, api_id=9_000_000 + serial, **with_days(self.store, values | more))
        self.invoices.append(row)
        return row

    def _line(self, trap: str, invoices: list[Invoice], text: str, **more) -> Line:
        values = {
            "amount": sum((each.open_balance for each in invoices), Decimal(0)),
            "payer": f"Payer {self.random.randrange(10**6)}x",
            "pays": frozenset(each.number for each in invoices),
        } | more
        return Line(trap=trap, text=text, **values)

    def an_account(self) -> str:
        return f"DE{self.random.randrange(10**19, 10**20)}"


def inside(c: Corpus, currency: str, name: str) -> list[Line]:
    """`14` inside `1814`: the amount is that of invoice 14."""
    number = str(c.random.randrange(11, 99))
    invoice = c.an_invoice(currency, number=number)
    return [c._line("inside", [invoice], f"order 18{number} {number}th floor", pays=None)]


def equal_amounts(c: Corpus, currency: str, name: str) -> list[Line]:
    first = c.an_invoice(currency)
    c.an_invoice(currency, amount=first.open_balance)
    return [c._line("equal amounts", [first], "Payment of last month", pays=None)]


def twins(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    line = c._line("twins", [invoice], f"Invoice {invoice.number}", pays=None)
    return [line, line]


def several(c: Corpus, currency: str, name: str) -> list[Line]:
    company = c.a_company()
    some = [c.an_invoice(currency, company) for _each in range(3)]
    numbers = ", ".join(each.number for each in some)
    return [c._line("several invoices", some, f"Invoices {numbers}")]


def wrong_currency(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice("GBP")
    return [c._line("wrong currency", [invoice], f"Invoice {invoice.number}", pays=None)]


def part(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    amount = (invoice.open_balance / 3).quantize(Decimal("0.01"))
    return [c._line("part payment", [invoice], f"First part of {invoice.number}", amount=amount)]


def refund(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    return [c._line("refund", [invoice], f"Refund {invoice.number}", amount=-invoice.open_balance, pays=None)]


def charge(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    amount = invoice.open_balance - Decimal("12.50")
    return [c._line("bank charge", [invoice], f"{invoice.number} less charges", amount=amount)]


def zeros(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    short = invoice.number.removeprefix("INV-").lstrip("0")
    return [c._line("leading zeros", [invoice], f"Re: Inv {short}")]


def digits_alone(c: Corpus, currency: str, name: str) -> list[Line]:
    """A number of digits alone with zeros in front: written out it is plain, without them it may be anything."""
    first, second = (
        c.an_invoice(currency, number=f"{c.random.randrange(1_000, 9_000):08}") for _each in "12"
    )
    return [
        c._line("digits", [first], f"Invoice {first.number}"),
        c._line("digits, short", [second], f"customer {second.number.lstrip('0')}", pays=None),
    ]


def po(c: Corpus, currency: str, name: str) -> list[Line]:
    number = f"PO-{c.random.randrange(10**5, 10**6)}"
    invoice = c.an_invoice(currency, purchase_order_number=number)
    return [c._line("PO", [invoice], f"your delivery, {number.replace('-', ' ')}")]


def end_to_end(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency, external_id=f"ERP{c.random.randrange(10**6, 10**7)}")
    text = "Rechnung vom 14.10.2026" if name != "bai2" else f"Ref {invoice.external_id}"
    return [c._line("end to end", [invoice], text, reference=invoice.external_id)]


def same_name(c: Corpus, currency: str, name: str) -> list[Line]:
    """Two customers of one name: without a reference nobody can tell, with one it is plain."""
    twice = f"Miller {c.random.randrange(10**6)} Ltd"
    first, second = (c.a_company(twice) for _each in range(2))
    one = c.an_invoice(currency, first)
    c.an_invoice(currency, second, amount=one.open_balance)
    named = c.an_invoice(currency, second)
    return [
        c._line("same name", [one], "Services", payer=twice, pays=None),
        c._line("same name, named", [named], f"Services {named.number}", payer=twice),
    ]


def other_scripts(c: Corpus, currency: str, name: str) -> list[Line]:
    """Payers in Arabic and Chinese: by name alone, and with a reference between signs of their own."""
    arabic, chinese = (
        c.a_company(f"شركة الأمل {len(c.companies)}"),
        c.a_company(f"北京贸易 {len(c.companies)}"),
    )
    first, second = c.an_invoice(currency, arabic), c.an_invoice(currency, chinese)
    return [
        c._line("RTL payer", [first], "دفعة", payer=arabic.name),
        c._line("CJK payer", [second], f"付款 {second.number}。", payer=chinese.name),
    ]


def known_account(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice, account = c.an_invoice(currency), c.an_account()
    c.learned[account] = invoice.company_id
    return [c._line("known account", [invoice], "Thank you", account=account)]


def account_of_another(c: Corpus, currency: str, name: str) -> list[Line]:
    """The account has paid for one company; the text names an invoice of another."""
    invoice, account = c.an_invoice(currency), c.an_account()
    c.learned[account] = c.a_company().api_id
    return [c._line("account of another", [invoice], f"Invoice {invoice.number}", account=account)]


def paid(c: Corpus, currency: str, name: str) -> list[Line]:
    invoice = c.an_invoice(currency)
    line = c._line("paid already", [invoice], f"Invoice {invoice.number}", pays=None)
    invoice.open_balance, invoice.status = Decimal(0), 2
    return [line]


def customer_number(c: Corpus, currency: str, name: str) -> list[Line]:
    """The customer's number is another company's invoice, and that of just this amount."""
    number = str(c.random.randrange(4_000, 9_999))
    invoice = c.an_invoice(currency, number=number)
    return [c._line("customer number", [invoice], f"customer {number}", pays=None)]


def foreign_too(c: Corpus, currency: str, name: str) -> list[Line]:
    """Names an invoice of one company and, by the way, one of another: the amount is that of the first."""
    invoice, other = c.an_invoice(currency), c.an_invoice(currency)
    return [c._line("foreign too", [invoice], f"{invoice.number}, not {other.number}")]


TRAPS = (
    inside, equal_amounts, twins, several, wrong_currency, part, refund, charge, zeros, digits_alone, po, end_to_end,
    same_name, other_scripts, known_account, account_of_another, paid, customer_number, foreign_too,
)  # fmt: skip


def mt940(lines: list[Line]) -> str:
    total = sum((line.amount for line in lines), Decimal(0))
    parts = [":20:DAY\n:25:DE89370400440532013000\n:28C:331/1\n:60F:C261126EUR0,00"]
    for line in lines:
        sign = "C" if line.amount > 0 else "D"
        parts.append(f":61:2611271127{sign}{_comma(abs(line.amount))}NTRFNONREF")
        reference = f"?20EREF+{line.reference}" if line.reference else "?20EREF+NOTPROVIDED"
        parts.append(f":86:166?00SEPA{reference}?21SVWZ+{line.text}?31{line.account}?32{line.payer}")
    parts.append(f":62F:{'C' if total > 0 else 'D'}261127EUR{_comma(abs(total))}\n-\n")
    return "\n".join(parts)


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def camt(lines: list[Line]) -> str:
    entries = "\n".join(
        f'<Ntry><Amt Ccy="EUR">{abs(line.amount):.2f}</Amt>'
        f"<CdtDbtInd>{'CRDT' if line.amount > 0 else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{DAY}</Dt></BookgDt><ValDt><Dt>{DAY}</Dt></ValDt><AcctSvcrRef>C{number}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{line.reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties><Dbtr><Pty><Nm>{escape(line.payer)}</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{line.account}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for number, line in enumerate(lines)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{entries}\n"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def bai2(lines: list[Line]) -> str:
    cents = [int(abs(line.amount) * 100) for line in lines]
    records = [
        f"16,{'142' if line.amount > 0 else '475'},{amount},,B{number},,"
        f"ORIG NAME:{line.payer}/\n88,{line.text}"
        for number, (line, amount) in enumerate(zip(lines, cents, strict=True))
    ]
    head = "01,BANK,US,261127,2300,1,80,1,2/\n02,US,BANK,1,261127,2300,USD,2/\n03,4000123,USD,010,0,,/\n"
    foot = f"\n49,{sum(cents)},{len(lines) + 2}/\n98,{sum(cents)},1,9/\n99,{sum(cents)},1,11/\n"
    return head + "\n".join(records) + foot


def ofx(lines: list[Line]) -> str:
    entries = "\n".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if line.amount > 0 else 'DEBIT'}<DTPOSTED>20261127120000[-5:EST]"
        f"<TRNAMT>{line.amount:.2f}<FITID>F{number}"
        + (f"<REFNUM>{line.reference}" if line.reference else "")
        + f"<NAME>{escape(line.payer)}"
        + (f"<BANKACCTTO><ACCTID>{line.account}</BANKACCTTO>" if line.account else "")
        + f"<MEMO>{escape(line.text)}</STMTTRN>"
        for number, line in enumerate(lines)
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\nCOMPRESSION:NONE\n"
        "OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM>"
        f"<BANKID>1<ACCTID>777<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n{entries}\n"
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
