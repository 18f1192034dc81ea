"""The check of somebody's e-invoice: what it says and whether it is valid; a hostile file harms nobody."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arportal.desk.einvoices import check
from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.read_back import MOST_BYTES
from arportal.documents.einvoices.records import known_of
from arportal.documents.einvoices.writing.xml import xml_of
from arportal.mirror.models import Invoice
from tests.whole import only_whole, whole_or

PAGE = "/s/demo/e-invoices/check/"
ENTITY = (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Invoice>&a;</Invoice>', "document type or entities")


@pytest.fixture
def browser(viewer, browse):
    return browse(viewer)


@pytest.fixture
def xml(store, taxes) -> bytes:
    invoice = Invoice.objects.filter(store=store, currency="EUR", balance__gt=0).latest("issued_on")
    known = known_of(store, invoice.company_id)
    return xml_of(document_of(invoice, known.facts, known.buyer), Profile.FACTUR_X)


def sent(browser, content: bytes, name: str = "invoice.xml"):
    return browser.post(PAGE, {"file": SimpleUploadedFile(name, content, "text/xml")})


@only_whole("documents/einvoices/test_reading.py::test_our_own_pdf")
def test_a_valid_one(browser, xml, seller):
    answer = sent(browser, xml, "<b>ours.xml")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "&lt;b&gt;ours.xml is valid by EN 16931." in text
    assert seller.legal_name in text
    assert "EN 16931 (CII)" in text
    assert "DE89370400440532013000" in text
    assert "Broken rules" not in text


def test_one_that_is_not_valid(browser, xml):
    payable = re.search(rb"<ram:DuePayableAmount>([^<]*)<", xml)[1]
    broken = xml.replace(b"DuePayableAmount>" + payable, b"DuePayableAmount>1.00")
    broken = broken.replace(b"Harbour Supplies GmbH", b"&lt;script&gt;")
    text = sent(browser, broken).content.decode()
    assert "is not valid." in text
    assert "BR-CO-16" in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text.lower().replace('<script type="module"', "").replace("<script src", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    whole_or(
        [
            (b"number;amount", "neither a PDF nor"),
            (b"%PDF-1.7 cut short", "damaged"),
            (b"<html/>", "no invoice of one of the two"),
            ENTITY,
        ],
        [ENTITY],
    ),
)
def test_what_is_no_einvoice(browser, content, reason):
    answer = sent(browser, content)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert reason in text
    assert 'id="id_file_error"' in text


def test_without_a_file_and_with_one_that_is_too_large(browser, monkeypatch):
    def never(_content: bytes) -> None:
        raise AssertionError("It must not be read.")

    monkeypatch.setattr(check, "read_back", never)
    assert "Choose a file" in browser.post(PAGE).content.decode()
    assert "The file is empty." in sent(browser, b"").content.decode()
    assert "larger than 20 MB" in sent(browser, b" " * (MOST_BYTES + 1)).content.decode()


def test_one_at_a_time(browser, monkeypatch):
    monkeypatch.setattr(check, "PATIENCE", 0.01)
    with check.ONE_AT_A_TIME:
        assert "try again in a minute" in sent(browser, b"x").content.decode()
    assert "neither a PDF nor" in sent(browser, b"x").content.decode()
