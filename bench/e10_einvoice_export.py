"""E10: a zip of 2,000 invoices as e-invoices by two worker processes, and what its manifest says of each.

Every XML beside a PDF is the one inside it, by a sample of a hundred, and keeps the official rules.
"""

import csv
import io
import time
import zipfile
from contextlib import ExitStack
from typing import Any

from bench import exporting, sandboxes
from bench.e6_bulk_export import COMPANIES, INVOICES, PROCESSES
from bench.result import Result

NAME = "E10 export of 2,000 e-invoices, 2 worker processes"
TARGET = "complete; a verdict for each; 0 findings of the official rules in a hundred"
SAMPLE = 100


def measure() -> Result:
    from tests.documents.einvoices.demo_rules import set_up

    with sandboxes.running(companies=COMPANIES, invoices=INVOICES) as sandbox, ExitStack() as running:
        actor = exporting.auditor_of(sandbox.api_url)
        set_up(actor.store)
        workers = [running.enter_context(exporting.worker()) for _ in range(PROCESSES)]
        exporting.wait_for_workers(PROCESSES)
        begun = time.perf_counter()
        export = exporting.ask(actor, "einvoice")
        exporting.wait_until(lambda: exporting.is_ready(export))
        seconds = time.perf_counter() - begun
        memory = max(exporting.peak_mb(process) for process in workers)
    rows, wrong = _looked_at(export)
    made = sum(row["profile"] == "factur-x" for row in rows)
    told = sum(bool(row["verdict"]) for row in rows)
    words = (
        f"{len(rows):,} files in {seconds:.0f} s ({len(rows) / seconds:.0f}/s), {made:,} e-invoices, "
        f"{told:,} verdicts, {wrong} wrong of {SAMPLE}; {memory:.0f} MB at most in a worker"
    )
    return Result(words, len(rows) == told == INVOICES and made > 0 and not wrong)


def _looked_at(export: Any) -> tuple[list[dict[str, str]], int]:
    """The manifest's rows, and how many of a sample are not as it says."""
    import facturx

    from arportal.documents.einvoices.read_back import read_back
    from arportal.documents.exports.contents import pieces_of

    with zipfile.ZipFile(io.BytesIO(b"".join(pieces_of(export.archive)))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
        made = [row for row in rows if row["xml"]]
        wrong = 0
        for row in made[:: max(1, len(made) // SAMPLE)][:SAMPLE]:
            pdf, xml = archive.read(row["file"]), archive.read(row["xml"])
            inside = facturx.get_xml_from_pdf(pdf, check_xsd=True, check_schematron=False)[1]
            wrong += inside != xml or not read_back(xml).is_valid
    return rows, wrong
