"""The program that reads one e-invoice: bytes from standard input, JSON to standard output.

A process of its own, without Django and database: whatever a hostile file does to a parser, it does it here, under
limits of time and memory. `read_back.py` starts it.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

import pikepdf
from lxml import etree

from arportal.documents.einvoices.reading.official import (
    CII,
    UBL_ROOTS,
    schematron_findings,
    specification,
    xsd_findings,
)

MOST_XML = 5_000_000
SECONDS = 20
MOST_MEMORY = 1 << 30
# What programs that make e-invoices call the file; else the first XML that is an invoice.
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml")


class Refused(Exception):
    """No e-invoice; the message is one of the keys of `read_back.WHY`."""


def read(content: bytes) -> dict[str, Any]:
    """The file's terms and the rules that it breaks, in values that JSON has. Raises Refused."""
    is_pdf = content.startswith(b"%PDF")
    root = parsed(enclosed(content) if is_pdf else content)
    said: dict[str, Any] = {
        "is_pdf": is_pdf,
        "syntax": "CII" if etree.QName(root).localname == CII else "UBL",
        "specification": specification(root),
        "terms": terms(root),
        "xsd": [(finding.rule, finding.words, finding.is_warning) for finding in xsd_findings(root)],
    }
    rules = [(finding.rule, finding.words, finding.is_warning) for finding in schematron_findings(root)]
    return said | {"schematron": rules}


def enclosed(content: bytes) -> bytes:
    """The XML inside a PDF."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            files = {name: pdf.attachments[name] for name in pdf.attachments}
            named = [files[name] for name in NAMES if name in files]
            other = [spec for name, spec in files.items() if name.lower().endswith(".xml")]
            for spec in [*named, *other]:
                return spec.get_file().read_bytes()
    except pikepdf.PasswordError as locked:
        raise Refused("password") from locked
    except (pikepdf.PdfError, ValueError, KeyError) as broken:
        raise Refused("pdf") from broken
    raise Refused("nothing inside")


def parsed(content: bytes) -> etree._Element:
    """The root of an e-invoice; no entity is resolved, nothing is fetched."""
    if len(content) > MOST_XML:
        raise Refused("size")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        tree = etree.parse(BytesIO(content), parser)
    except etree.XMLSyntaxError as broken:
        raise Refused("xml") from broken
    # No e-invoice has a document type; what has one may be made to be read in two ways.
    if tree.docinfo.doctype:
        raise Refused("doctype")
    root = tree.getroot()
    if etree.QName(root).localname not in (CII, *UBL_ROOTS):
        raise Refused("no invoice")
    return root


def terms(root: etree._Element) -> dict[str, Any]:
    """Its business terms; empty where they are too broken to be told, which the schema then says."""
    from facturx import parse_ubl_cii_xml

    with suppress(ValueError, LookupError, TypeError, AttributeError):
        told: dict[str, Any] = parse_ubl_cii_xml(root, level="en16931", check_xsd=False, date_as="string")
        # Files inside the file are not looked at.
        told.pop("BG-24", None)
        return told
    return {}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # What is written to, not what is reserved: Saxon reserves many gigabytes that it never uses.
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        said = read(sys.stdin.buffer.read())
    except Refused as refused:
        said = {"refused": str(refused)}
    json.dump(said, sys.stdout, default=str)


if __name__ == "__main__":
    main()
