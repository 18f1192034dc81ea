"""Exports of e-invoices: the XML beside each PDF, and where there is none the reason."""

import hashlib
import io
import zipfile

import facturx
import pytest

from arportal.documents.exports import warming
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from tests.documents.einvoices.demo_rules import set_up
from tests.documents.exports.conftest import content, finish, rows


def test_it_works(store, start, chosen):
    set_up(store)
    # One of them says nothing of where its buyer is.
    bare = chosen[1]
    Invoice.objects.filter(pk=bare.pk).update(raw=bare.raw | {"details": {}})
    export = finish(start(source="einvoice"))
    with zipfile.ZipFile(io.BytesIO(content(export))) as archive:
        manifest = {row["invoice"]: row for row in rows(archive.read("manifest.csv"))}
        plain = manifest.pop(bare.number)
        assert (plain["profile"], plain["xml"], plain["xml_sha256"]) == ("none", "", "")
        assert "line" in plain["verdict"]
        assert len(archive.namelist()) == 2 * len(manifest) + 2
        for row in manifest.values():
            assert (row["profile"], row["verdict"]) == ("factur-x", "Keeps the rules of EN 16931.")
            xml = archive.read(row["xml"])
            assert row["xml_sha256"] == hashlib.sha256(xml).hexdigest()
            name, inside = facturx.get_xml_from_pdf(archive.read(row["file"]), check_xsd=True)
            assert (name, inside) == ("factur-x.xml", xml)
            assert row["xml"] == row["file"].replace(".pdf", ".xml")


def test_what_cannot_be_asked_for(store, start):
    with pytest.raises(Invalid) as refused:
        start(source="einvoice")
    assert list(refused.value.fields) == ["source"]
    set_up(store)
    with pytest.raises(Invalid) as refused:
        start(source="einvoice", shape="merged")
    assert list(refused.value.fields) == ["shape"]


def test_they_are_made_beforehand(store, start, sandbox, monkeypatch):
    set_up(store)
    monkeypatch.setattr(warming, "MADE", 2)
    monkeypatch.setattr(warming, "FETCHED", 1_000)
    monkeypatch.setattr(warming.copies, "is_kept", lambda _invoice: True)
    assert warming.warm(store, None).made == 2
    newest = Invoice.objects.filter(store=store).outstanding().order_by("-api_id")[:1]
    warmed = Invoice.objects.filter(pk__in=[invoice.pk for invoice in newest])
    assert finish(start(warmed, source="einvoice")).items.get().was_kept
    assert finish(start(warmed, source="ours")).items.get().was_kept
