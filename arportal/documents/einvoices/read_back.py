"""Reading an e-invoice of anybody: what it says, and whether it is valid by the official rules and by our arithmetic.

The file is distrusted: a process of its own, with limits of size, time and memory, is all that ever parses it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.reading.official import Finding
from arportal.documents.einvoices.reading.terms import document_from
from arportal.documents.einvoices.reasons import Reason
from arportal.documents.einvoices.rules.sums import broken_by_sums

MOST_BYTES = 20_000_000
SECONDS = 30
# What of the reader's `refused` is told to people.
WHY = {
    "size": gettext_lazy("It is too large: an e-invoice has 5 MB of XML at most, and its PDF 20 MB."),
    "pdf": gettext_lazy("The PDF is damaged."),
    "password": gettext_lazy("The PDF is locked with a password; an e-invoice may not be."),
    "nothing inside": gettext_lazy("The PDF has no e-invoice inside: it is for people alone."),
    "xml": gettext_lazy("It is neither a PDF nor well-formed XML."),
    "doctype": gettext_lazy("Its XML declares a document type or entities, which no e-invoice has."),
    "no invoice": gettext_lazy("It is XML, but no invoice of one of the two forms, CII and UBL."),
}
PROFILES = {
    "urn:cen.eu:en16931:2017": "EN 16931",
    "urn:factur-x.eu:1p0:minimum": "Factur-X MINIMUM",
    "urn:factur-x.eu:1p0:basicwl": "Factur-X BASIC WL",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": "Factur-X BASIC",
    "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended": "Factur-X EXTENDED",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0": "Peppol BIS Billing 3.0",
}
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_"


class Unreadable(Exception):
    """The file is no e-invoice that can be read; the message says why, to people."""


class Syntax(StrEnum):
    CII = "CII"
    UBL = "UBL"


@dataclass(frozen=True, slots=True)
class Read:
    """An e-invoice as it was read. `specification` is what it says that it is, as it says it.

    `xsd` and `schematron` are what the official schema and rules of EN 16931 (or of its level of Factur-X) say of
    it; `sums` is what does not add up by our own arithmetic. The rules that Peppol and XRechnung have beyond EN 16931
    are not checked here.
    """

    is_pdf: bool
    syntax: Syntax
    specification: str
    document: Document
    xsd: tuple[Finding, ...]
    schematron: tuple[Finding, ...]
    sums: tuple[Reason, ...]

    @property
    def profile(self) -> str:
        """The name of its specification, in words where we know any."""
        if self.specification.startswith(XRECHNUNG):
            return f"XRechnung {self.specification.removeprefix(XRECHNUNG).split('#')[0]}"
        return PROFILES.get(self.specification, self.specification[:200])

    @property
    def is_valid(self) -> bool:
        return not (self.sums or any(not finding.is_warning for finding in self.xsd + self.schematron))


def read_back(content: bytes) -> Read:
    """The e-invoice in a PDF or XML file; takes about two seconds. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(WHY["size"])
    said = _said(content)
    if "refused" in said:
        raise Unreadable(WHY[said["refused"]])
    document = document_from(said["terms"])
    return Read(
        is_pdf=said["is_pdf"],
        syntax=Syntax(said["syntax"]),
        specification=said["specification"],
        document=document,
        xsd=tuple(Finding(*finding) for finding in said["xsd"]),
        schematron=tuple(Finding(*finding) for finding in said["schematron"]),
        # The smallest levels of Factur-X have no lines that could be added up.
        sums=tuple(broken_by_sums(document)) if document.lines else (),
    )


def _said(content: bytes) -> dict[str, Any]:
    """The answer of the reader's process."""
    program = [sys.executable, "-m", "arportal.documents.einvoices.reading.reader"]
    try:
        # Nothing of the file is in the command, and nothing of ours in the environment.
        done = subprocess.run(  # noqa: S603
            program,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            cwd=settings.ROOT,
            env={"PYTHONUTF8": "1"},
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as late:
        raise Unreadable(_("It could not be read within half a minute.")) from late
    except (subprocess.CalledProcessError, json.JSONDecodeError) as failed:
        raise Unreadable(_("It could not be read: it takes more time or memory than it may.")) from failed
    return said
