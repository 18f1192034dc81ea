"""The store's PDF of an invoice, passed on by us."""

import io

import pypdf
import pytest

from arportal.documents.invoices import PdfUnavailable, store_pdf
from arportal.mirror.files import pdf
from arportal.mirror.models import Invoice
from arportal.stores.access import NotAllowed


@pytest.fixture
def invoice(open_invoices) -> Invoice:
    return open_invoices[0]


def test_it_works(viewer, invoice):
    made = store_pdf(viewer, invoice)
    text = pypdf.PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
    assert invoice.number in text


@pytest.mark.parametrize(
    ("number", "debtor", "filename"),
    [
        ("00000141", "Acme", "INV-00000141 Acme.pdf"),
        ("INV-7", "山田商店", "INV-7 山田商店.pdf"),
        ("7/8", '../..\\ "A" <b>\r\nX: y', "INV-7 8 .. .. A b X y.pdf"),
        ("9", "Long " * 60, None),
    ],
)
def test_the_file_has_a_name_for_people_and_file_systems(viewer, invoice, number, debtor, filename):
    invoice.number, invoice.company_name = number, debtor
    name = store_pdf(viewer, invoice).filename
    assert name == (filename or name)
    assert len(name) < 130
    assert not set(name) & set('/\\:*?"<>|\r\n')


def test_a_company_that_is_not_ones_own(viewer, invoice):
    viewer.all_companies = False
    with pytest.raises(NotAllowed):
        store_pdf(viewer, invoice)


def test_the_api_is_down(viewer, invoice):
    viewer.store.api_url = "http://127.0.0.1:9/api/v3/io"
    with pytest.raises(
        PdfUnavailable, match=r"did not give a PDF\. The store's API could not be reached"
    ) as down:
        store_pdf(viewer, invoice)
    assert down.value.may_pass


def test_the_token_is_refused_and_nothing_is_told_of_why(viewer, invoice):
    viewer.store.token = "no-token-of-the-store"
    with pytest.raises(PdfUnavailable) as refused:
        store_pdf(viewer, invoice)
    told = "The store's API refused our access token. An admin must connect the store again."
    assert str(refused.value) == f"The store did not give a PDF. {told}"


def test_an_invoice_the_store_no_longer_has(viewer, invoice):
    invoice.api_id = 777_777
    with pytest.raises(PdfUnavailable, match=r"has no PDF of this invoice .*does not exist") as gone:
        store_pdf(viewer, invoice)
    assert not gone.value.may_pass


def test_the_api_fails(viewer, invoice, sandbox):
    sandbox.fault("500", count=9)
    with pytest.raises(PdfUnavailable):
        store_pdf(viewer, invoice)


def test_the_stores_link_has_run_out_and_the_merchants_own_is_taken(viewer, invoice, sandbox):
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"externalPdfUrl": f"{sandbox.address}/elsewhere.pdf"})
    with pytest.raises(PdfUnavailable, match="404"):
        pdf.fetch_pdf(viewer.store, f"{sandbox.address}/elsewhere.pdf")
    assert store_pdf(viewer, invoice).content.startswith(b"%PDF")


def test_a_host_that_nobody_named(viewer):
    with pytest.raises(PdfUnavailable, match="PDF_HOSTS"):
        pdf.fetch_pdf(viewer.store, "https://files.example.com/x.pdf")
