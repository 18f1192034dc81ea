"""Input nobody types, and what the desk makes of it."""

import pytest


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/s/demo/companies/names/?company=%00", 200),
        ("/s/demo/invoices/99999999999999999999/", 404),
        ("/s/demo/invoices/?q=%00", 422),
        ("/s/demo/invoices/?q=%ff", 200),
        ("/s/demo/invoices/?q=" + "9" * 3000, 200),
    ],
)
def test_it_works(browse, viewer, address, status):
    assert browse(viewer).get(address).status_code == status


@pytest.mark.parametrize(
    "next_address", ["foo", "//evil.example", "https://evil.example", "/\\evil.example", ""]
)
def test_changing_colours_leads_nowhere_else(client, db, next_address):
    answer = client.post("/theme/", {"theme": "dark", "next": next_address})
    assert (answer.status_code, answer["Location"]) == (302, "/")
