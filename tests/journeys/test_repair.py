"""A payment that is at the store twice: the controller is led there, sees what is wrong, and puts it right."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.stores.models import Membership, Role
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.flaws import flaws
from tests.journeys.steps import is_told, press
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store
from tests.whole import only_whole


def recorded_twice(sandbox, invoice_id: int) -> Change:
    clerk = Membership.objects.select_related("store", "user").get(role=Role.CLERK)
    invoice = Invoice.objects.get(api_id=invoice_id)
    change = recorded_at_the_store(clerk, invoice, Decimal(3))
    again_at_the_store(sandbox, change)
    reconcile_store(clerk.store)
    return change


@pytest.fixture
def double(world, debtor) -> Change:
    return apart(recorded_twice, world, debtor.debts[0].invoice_id)


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
@both_ways
def test_it_works(visit, double, debtor, open_at_store, world):
    before = open_at_store(debtor.debts[0])
    page = visit(Role.CONTROLLER)
    page.goto("/s/demo/")
    page.get_by_role("link", name="Payments to repair").click()
    page.get_by_role("link", name="Recorded more than once").click()
    page.get_by_label("Delete this payment permanently").last.check()
    page.get_by_role("button", name="Delete payment #").last.click()
    is_told(page, "is deleted")
    is_told(page, "Repaired")
    assert open_at_store(debtor.debts[0]) == before + 3
    expect(page.get_by_role("navigation").get_by_role("link", name="Repairs")).to_have_count(0)


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
def test_nothing_is_wrong_with_the_pages(visit, double):
    page: Page = visit(Role.CONTROLLER)
    page.goto("/s/demo/repairs/")
    assert not flaws(page)
    page.get_by_role("link", name="Recorded more than once").click()
    assert not flaws(page)
    press(page, "Leave as is")
    expect(page.get_by_text("Give a reason: it is kept.")).to_be_visible()
    assert not flaws(page)
    page.get_by_label("Reason for leaving it").fill("two cheques after all")
    press(page, "Leave as is")
    is_told(page, "It is left as it is")
    assert not flaws(page)
