"""Both PDFs of an invoice, from its page."""

import io

import pypdf
import pytest

from arportal.desk.invoices import pdfs
from arportal.documents.invoices import DocumentFailed
from tests import whole
from tests.whole import only_whole, whole_or


@pytest.fixture
def address(open_invoices) -> str:
    return f"/s/demo/invoices/{open_invoices[0].api_id}/"


@pytest.mark.parametrize("path", ["pdf/", "pdf/ours/"])
def test_it_works(viewer, browse, address, open_invoices, path):
    answer = browse(viewer).get(address + path)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "no-store" in answer.headers["Cache-Control"]
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert open_invoices[0].number in text


@only_whole("test_it_works")
def test_the_page_offers_both(viewer, browse, address):
    text = browse(viewer).get(address).content.decode()
    assert f'href="{address}pdf/"' in text
    assert f'href="{address}pdf/ours/"' in text


def test_the_store_has_none_and_ours_is_there_all_the_same(viewer, browse, address, sandbox):
    sandbox.fault("500", count=9)
    answer = browse(viewer).get(f"{address}pdf/")
    assert answer.status_code == 502
    assert "The store did not give a PDF" in answer.content.decode()
    if whole.is_asked_for:
        assert browse(viewer).get(f"{address}pdf/ours/").status_code == 200


@only_whole("test_the_store_has_none_and_ours_is_there_all_the_same")
def test_ours_cannot_be_made(viewer, browse, address, monkeypatch):
    def failing(_actor, _invoice):
        raise DocumentFailed("This is too long.")

    monkeypatch.setattr(pdfs, "our_pdf", failing)
    answer = browse(viewer).get(f"{address}pdf/ours/")
    assert answer.status_code == 422
    assert "This is too long." in answer.content.decode()


@pytest.mark.parametrize("path", whole_or(["pdf/", "pdf/ours/"], ["pdf/ours/"]))
def test_an_invoice_that_is_not_ones_own_does_not_exist(viewer, browse, address, path):
    viewer.all_companies = False
    viewer.save()
    assert browse(viewer).get(address + path).status_code == 404
