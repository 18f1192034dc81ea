"""GET /ip/invoices/{id} and its PDF (contract I2, I7)."""

import io
from decimal import Decimal

import pypdf
import pytest

from tests.whole import only_whole

NOT_THERE = {
    "code": 404,
    "data": {"errMsg": "Invoice does not exist"},
    "meta": {"message": "Not Found Error"},
}


def test_it_works(box):
    invoice = box.data("/ip/invoices/5")
    assert invoice["id"] == 5
    assert isinstance(invoice["customerId"], str)
    assert isinstance(invoice["createdAt"], int)
    assert invoice["extraFields"] == []


@pytest.mark.parametrize("invoice_id", ["9999", "0", "abc", "-1", "1.5", "9" * 40])
def test_an_unknown_invoice_is_404(box, invoice_id):
    answer = box.get(f"/ip/invoices/{invoice_id}")
    assert answer.status_code == 404
    assert answer.json() == NOT_THERE


def test_cost_lines_add_up(box):
    for row in box.everything("/ip/invoices"):
        costs = row["details"]["header"]["costLines"]
        assert [cost["description"] for cost in costs] == ["Subtotal", "Freight", "Sales Tax"]
        total = sum(Decimal(str(cost["amount"]["value"])) for cost in costs)
        assert total == Decimal(row["originalBalance"]["value"])


def test_lines_add_up_to_the_subtotal(box):
    for row in box.everything("/ip/invoices"):
        lines = row["details"]["details"]["lineItems"]
        goods = sum(int(line["quantity"]) * Decimal(line["unitPrice"]["value"]) for line in lines)
        assert 3 <= len(lines) <= 12
        assert goods == Decimal(row["details"]["header"]["costLines"][0]["amount"]["value"])


def test_the_pdf_is_real(box):
    url = box.data("/ip/invoices/5/download-pdf")["url"]
    answer = box.session.get(url, timeout=10)
    assert answer.headers["Content-Type"] == "application/pdf"
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content), strict=True).pages
    )
    invoice = box.data("/ip/invoices/5")
    assert f"Invoice {invoice['invoiceNumber']}" in text
    assert all(line["sku"] in text for line in invoice["details"]["details"]["lineItems"])


@only_whole("test_the_pdf_is_real")
def test_every_company_name_is_in_its_pdf(box):
    newest = {row["customerId"]: row for row in box.everything("/ip/invoices")}
    for row in newest.values():
        url = box.data(f"/ip/invoices/{row['id']}/download-pdf")["url"]
        content = box.session.get(url, timeout=10).content
        text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert row["customerName"] in text or row["customerName"][::-1] in text  # pypdf turns Arabic round


def test_a_guessed_pdf_link_is_refused(box):
    url = box.data("/ip/invoices/5/download-pdf")["url"]
    assert (
        box.session.get(url.replace("/files/invoices/NQ", "/files/invoices/Ng"), timeout=10).status_code
        == 403
    )
    assert box.session.get(f"{box.address}/files/invoices/5.pdf", timeout=10).status_code == 403


def test_no_pdf_of_an_unknown_invoice(box):
    assert box.get("/ip/invoices/9999/download-pdf").json() == NOT_THERE
