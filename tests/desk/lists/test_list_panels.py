"""The panels above a list: more filters, columns, saved views."""

import re

import pytest

from arportal.mirror.models import Channel, ExtraField
from tests.whole import only_whole, whole_or

PANEL = {"HX-Request": "true", "HX-Target": "panel"}


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(see, books):
    Channel.objects.create(store=books.store, api_id=4, name="Trade counter")
    ExtraField.objects.create(store=books.store, of="invoices", name="Lot", type=0, is_required=False)
    page = text(see("invoices/?panel=filters&due_from=2026-01-31"))
    assert re.search(r'<input [^>]*name="due_from" type="date" value="2026-01-31"', page)
    assert ">Trade counter</option>" in page
    assert "<legend>Extra fields</legend>" in page
    assert 'name="x-lot"' in page


@pytest.mark.parametrize("panel", whole_or(["filters", "columns", "views"], ["filters"]))
def test_the_fragment_is_part_of_the_page(see, write, panel):
    write(3)
    fragment = text(see(f"invoices/?panel={panel}&po=7", **PANEL))
    assert "<html" not in fragment
    assert fragment.strip() in text(see(f"invoices/?panel={panel}&po=7"))


@pytest.mark.parametrize("panel", whole_or(["", "columns", "views", "walls"], ["", "walls"]))
def test_a_closed_panel_loses_nothing(see, write, panel):
    """Whoever then types into the search box keeps the filters that are not shown."""
    write(3)
    page = text(see(f"invoices/?panel={panel}&po=7&open_from=1"))
    assert '<input type="hidden" name="po" value="7">' in page
    assert '<input type="hidden" name="open_from" value="1">' in page
    assert 'name="due_from"' not in page


@only_whole("test_a_closed_panel_loses_nothing")
def test_an_open_panel_says_everything_once(see, write):
    write(3)
    page = text(see("invoices/?panel=filters&po=7"))
    assert len(re.findall(r'name="po"', page)) == 1


@pytest.mark.parametrize("panel", whole_or(["filters", "columns", "views"], ["views"]))
def test_each_opens_without_a_script(see, write, panel):
    write(3)
    page = text(see("invoices/?q=n1&sort=due"))
    assert f'id="open-{panel}" href="?q=n1&amp;sort=due&amp;panel={panel}"' in page
    assert 'id="close-panel" href="?q=n1&amp;sort=due"' in text(see(f"invoices/?panel={panel}&q=n1&sort=due"))


@only_whole("test_it_works")
def test_a_date_is_said_as_people_say_it(see, write):
    write(3)
    assert "Due from:</span> Jan 31, 2026" in text(see("invoices/?due_from=2026-01-31"))


@only_whole("desk/lists/test_lists.py::test_queries_do_not_grow")
def test_filters_not_in_use_cost_nothing(see, write, django_assert_max_num_queries):
    Channel.objects.all().delete()
    write(3)
    with django_assert_max_num_queries(30) as plain:
        see("invoices/")
    with django_assert_max_num_queries(len(plain)):
        see("invoices/?po=7&due_from=2026-01-31")


@only_whole("test_it_works")
def test_lists_without_a_name_have_none(see, write):
    write(3)
    page = text(see("companies/1/"))
    assert "open-columns" not in page
    assert "Save view" not in page
