"""An import through its pages: bringing a file, its columns, the dry run, starting it, and the refused lines."""

import datetime as dt
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arportal.receivables.models import Change, Import, ImportSender
from arportal.receivables.tasks import check_import, work_on_import

HOME = "/s/demo/imports/"


@pytest.fixture
def desk(clerk, browse):
    return browse(clerk)


def bring(desk, content: bytes, name: str = "march.csv", **typed):
    form = {"import_id": uuid.uuid4(), "of": "payments", "sender": "Our bank"} | typed
    return desk.post(f"{HOME}new/", form | {"file": SimpleUploadedFile(name, content)})


def columns(page: str) -> dict[str, str]:
    """What is chosen in the form of the columns."""
    fields = re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    chosen = ((name, re.findall(r'<option value="([^"]*)" selected', options)) for name, options in fields)
    return {name: options[0] for name, options in chosen if options}


def test_it_works(desk, open_invoices, today):
    invoice, day = open_invoices[0], today - dt.timedelta(days=1)
    content = (
        f"Invoice;Paid;Valuta;Who\n{invoice.number};1,50;{day:%d.%m.%Y};Müller\nX;2,00;{day:%d.%m.%Y};\n"
    )
    brought = bring(desk, content.encode("cp1252"))
    assert brought.status_code == 303
    new = Import.objects.get()
    page = desk.get(desk.get(brought["Location"])["Location"]).content.decode()
    assert "this is a guess" in page
    assert "Müller" in page
    chosen = columns(page)
    assert (chosen["column-number"], chosen["column-amount"], chosen["column-received_on"]) == (
        *("Invoice", "Paid", "Valuta"),
    )
    # Only the method is not told by the file.
    refused = desk.post(f"{HOME}{new.pk}/columns/", chosen)
    assert (refused.status_code, "Choose the method." in refused.content.decode()) == (422, True)
    typed = chosen | {"method": "transfer", "column-payer_name": "Who", "date_format": "%d.%m.%Y"}
    assert desk.post(f"{HOME}{new.pk}/columns/", typed).status_code == 303
    assert "Checked 0 of 2 lines" in desk.get(f"{HOME}{new.pk}/").content.decode()
    check_import(import_id=str(new.pk))
    page = desk.get(f"{HOME}{new.pk}/").content.decode()
    assert "Record 1 payment" in page
    assert "There is no invoice X." in page
    assert desk.post(f"{HOME}{new.pk}/start/").status_code == 303
    work_on_import(import_id=str(new.pk))
    page = desk.get(f"{HOME}{new.pk}/").content.decode()
    assert "1 of 1 finished" in page
    assert Change.objects.get(batch=new.pk).payload["payer_name"] == "Müller"
    answer = desk.get(f"{HOME}{new.pk}/refused.csv")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines() == [
        "Line,Reason,Invoice,Paid,Valuta,Who",
        f'3,There is no invoice X.,X,"2,00",{day:%d.%m.%Y},',
    ]
    assert "march.csv" in desk.get(HOME).content.decode()
    assert ImportSender.objects.get().mapping["columns"]["payer_name"] == "Who"


def test_a_file_is_read_in_another_way(desk):
    bring(desk, b"Bank;;\nNummer;Betrag;Datum\nA;1;2026-01-02\n")
    new = Import.objects.get()
    read = {"encoding": "cp1251", "separator": ";", "header": "2"}
    assert desk.post(f"{HOME}{new.pk}/reading/", read).status_code == 303
    page = desk.get(f"{HOME}{new.pk}/columns/").content.decode()
    assert columns(page)["encoding"] == "cp1251"
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == ["Nummer", "Betrag", "Datum"]
    broken = desk.post(f"{HOME}{new.pk}/reading/", read | {"header": "9"})
    assert (broken.status_code, "no line below" in broken.content.decode()) == (422, False)


def test_refused_files(desk):
    for content, words in (
        (b"", "The file is empty"),
        (b"a,b\n", "no line below"),
        (b"\0" * 9, "not a text"),
    ):
        answer = bring(desk, content)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    # A clerk makes no invoices.
    assert bring(desk, b"a,b\n1,2\n", of="invoices").status_code == 422
    assert not Import.objects.exists()


def test_cancelled(desk):
    bring(desk, b"Invoice,Amount,Date\nA,1,2026-01-02\n")
    new = Import.objects.get()
    for _click in range(2):
        assert desk.post(f"{HOME}{new.pk}/cancel/").status_code == 303
    assert "Cancelled" in desk.get(f"{HOME}{new.pk}/").content.decode()
    assert desk.get(f"{HOME}{new.pk}/columns/").status_code == 303


def test_templates_can_be_imported(desk):
    for name in ("payments", "invoices"):
        answer = desk.get(f"{HOME}templates/{name}.csv")
        assert b"Invoice number,Amount" in b"".join(answer.streaming_content) or name == "invoices"
    assert desk.get(f"{HOME}templates/others.csv").status_code == 404
