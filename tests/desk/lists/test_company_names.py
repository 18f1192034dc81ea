"""The filter by a company's name: every list that has it suggests names, and has a place for them on its page."""

import arportal.desk.urls  # noqa: F401 - with it all lists are there
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.lists import NAMED
from arportal.desk.site.links import link


def test_every_list_has_a_place_for_the_names(browse, books):
    pages = [
        name
        for name, declared in NAMED.items()
        if isinstance(declared.filter.base_filters.get("company"), CompanyNameFilter)
    ]
    assert {"payments", "receipts", "receipt_lines", "mails", "activity", "unexplained"} <= set(pages)
    browser = browse(books)
    for name in pages:
        html = browser.get(link(name, "books")).content.decode()
        assert html.count(' list="company_names"') == html.count('<datalist id="company_names">') == 1, name
