"""E9: an invoice as an e-invoice, against the same as a plain PDF of ours, by processor time on one core.

Both go from the invoice to the bytes: the document with all its rules, the XML and the PDF/A-3a around it on one
side, the PDF on the other. They take turns, invoice by invoice; nothing is kept.
"""

from dataclasses import replace
from decimal import Decimal
from statistics import median
from time import process_time

from bench.result import Result
from bench.stores import add_store

NAME = "E9 e-invoice (Factur-X) of 1 to 30 lines, one core"
TARGET = "e-invoice <= 1.5x the plain PDF"
LINES = (1, 2, 3, 5, 8, 12, 20, 30)
ROUNDS = 9


def measure() -> Result:
    from arportal.documents.branding.letterheads import letterhead_of
    from arportal.documents.einvoices.building import document_of
    from arportal.documents.einvoices.making import einvoice_job
    from arportal.documents.einvoices.profiles import Profile
    from arportal.documents.einvoices.writing.xml import xml_of
    from arportal.documents.invoices import job_of
    from arportal.documents.rendering.worker import render_pdf
    from tests.documents.einvoices.cases import Case, Item

    letterhead = letterhead_of(add_store("E-invoices"))
    goods = [
        replace(Item(), name=f"Shelf, bolted, {number} levels", price=Decimal(number) + Decimal("31.90"))
        for number in range(max(LINES))
    ]
    cases = [Case(items=tuple(goods[:count]), freight=Decimal("12.50")) for count in LINES]
    invoices = [(case, case.invoice()) for case in cases]

    def plain() -> None:
        for _case, invoice in invoices:
            render_pdf(job_of(letterhead, invoice))

    def electronic() -> None:
        for case, invoice in invoices:
            document = document_of(invoice, case.facts, case.buyer)
            xml = xml_of(document, Profile.FACTUR_X)
            render_pdf(einvoice_job(letterhead, invoice, document, xml))

    def document_alone() -> None:
        for case, invoice in invoices:
            xml_of(document_of(invoice, case.facts, case.buyer), Profile.FACTUR_X)

    for work in (plain, electronic):
        work()
    rounds = [(_spent(plain), _spent(electronic), _spent(document_alone)) for _round in range(ROUNDS)]
    times = median(einvoice / pdf for pdf, einvoice, _xml in rounds)
    pdf, einvoice, xml = (1000 * median(column) / len(LINES) for column in zip(*rounds, strict=True))
    words = f"{times:.2f}x ({einvoice:.0f} ms against {pdf:.0f} ms; document and XML {xml:.1f} ms)"
    return Result(words, times <= 1.5)


def _spent(work) -> float:
    start = process_time()
    work()
    return process_time() - start
