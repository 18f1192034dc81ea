"""A controller picks invoices, asks for their PDFs, watches the work, and has the zip."""

import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from arportal.documents import tasks
from arportal.documents.models import ExportItem
from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.flaws import flaws
from tests.journeys.steps import press
from tests.whole import only_whole


@pytest.fixture
def page(visit) -> Page:
    return visit(Role.CONTROLLER)


def export_of(page: Page) -> str:
    return re.search(r"/exports/([0-9a-f-]{36})/", page.url)[1]


def finish(export_id: str) -> None:
    tasks.work_on_export(export_id=export_id, lane=1)
    tasks.pack_export(export_id=export_id)


@only_whole("desk/exports/test_exports_page.py::test_it_works")
@both_ways
def test_it_works(page, debtor, tmp_path, javascript):
    page.goto(f"/s/demo/invoices/?q={debtor.debts[0].number}")
    page.get_by_label(f"Select {debtor.debts[0].number}", exact=True).check()
    press(page, "Export PDFs")
    expect(page.get_by_role("heading", name="Export the PDF of 1 invoice")).to_be_visible()
    press(page, "Start the export")
    expect(page.get_by_role("heading", name="0 of 1")).to_be_visible()
    apart(finish, export_of(page))
    if not javascript:
        page.get_by_role("link", name="Check again").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download the zip").click()
    fetched.value.save_as(tmp_path / "invoices.zip")
    with zipfile.ZipFile(tmp_path / "invoices.zip") as archive:
        assert len(archive.namelist()) == 2


@only_whole("desk/exports/test_exports_page.py::test_it_works")
def test_every_state_of_an_export(page, world):
    found: list[str] = []
    page.goto("/s/demo/exports/")
    found += flaws(page)
    page.goto("/s/demo/exports/new/?status=unpaid")
    found += flaws(page)
    page.get_by_label("One merged PDF").check()
    press(page, "Start the export")
    expect(page.get_by_role("heading", name=re.compile("0 of"))).to_be_visible()
    found += flaws(page)
    press(page, "Cancel")
    found += flaws(page)
    press(page, "Resume")
    world.fault("expired_link", path=f"/invoices/{apart(first_of, export_of(page))}/", probability=1)
    apart(finish, export_of(page))
    expect(page.get_by_text("1 of 18 PDFs is missing")).to_be_visible()
    found += flaws(page)
    page.goto("/s/demo/exports/")
    assert found + flaws(page) == []


def first_of(export_id: str) -> int:
    return ExportItem.objects.get(export_id=export_id, position=1).invoice_id
