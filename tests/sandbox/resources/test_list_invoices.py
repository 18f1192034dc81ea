"""GET /ip/invoices: filters, search, order, pages (contract I1, 2.5, rule 39)."""

import pytest


def test_it_works(box):
    answer = box.get("/ip/invoices").json()
    assert answer["code"] == 200
    assert len(answer["data"]) == 10
    assert answer["meta"] == {
        "message": "SUCCESS",
        "pagination": {"totalCount": 150, "limit": 10, "offset": 0},
    }


def test_money_has_four_decimals_as_text(box):
    for row in box.everything("/ip/invoices"):
        assert row["openBalance"]["value"].split(".")[1].isdigit()
        assert len(row["openBalance"]["value"].split(".")[1]) == 4


def test_pages_cover_every_invoice_once(box):
    ids = [
        row["id"] for offset in range(0, 160, 40) for row in box.data("/ip/invoices", limit=40, offset=offset)
    ]
    assert sorted(ids) == list(range(1, 151))


def test_a_page_after_the_last_is_empty(box):
    answer = box.get("/ip/invoices", offset=10**30).json()
    assert answer["data"] == []
    assert answer["meta"]["pagination"]["totalCount"] == 150


def test_more_than_250_is_413(box):
    assert box.get("/ip/invoices", limit=250).status_code == 200
    assert box.get("/ip/invoices", limit=251).json()["code"] == 413


@pytest.mark.parametrize("limit", ["0", "-5", "many", ""])
def test_an_unreadable_limit_is_ignored(box, limit):
    assert box.get("/ip/invoices", limit=limit).json()["meta"]["pagination"]["limit"] == 10


def test_customer_id_is_exact(box):
    rows = box.everything("/ip/invoices", customerId="1001")
    assert rows
    assert {row["customerId"] for row in rows} == {"1001"}
    assert box.data("/ip/invoices", customerId="100") == []


def test_company_id_is_no_parameter_and_returns_everybody(box):
    assert box.get("/ip/invoices", companyId=1001).json()["meta"]["pagination"]["totalCount"] == 150


def test_status_filters_and_a_bad_one_is_ignored(box):
    assert {row["status"] for row in box.data("/ip/invoices", status=1, limit=250)} == {1}
    assert box.get("/ip/invoices", status="overdue").json()["meta"]["pagination"]["totalCount"] == 150


def test_sorting_both_ways(box):
    up = [row["updatedAt"] for row in box.everything("/ip/invoices", sortBy="updatedAt", orderBy="ASC")]
    assert up == sorted(up)
    down = [
        float(row["openBalance"]["value"]) for row in box.everything("/ip/invoices", sortBy="openBalance")
    ]
    assert down == sorted(down, reverse=True)


def test_keyword_in_one_field_or_in_any(box):
    number = box.data("/ip/invoices/7")["invoiceNumber"]
    assert [row["id"] for row in box.data("/ip/invoices", q=number.lower(), searchBy="invoiceNumber")] == [7]
    assert 7 in [row["id"] for row in box.everything("/ip/invoices", q=number)]
    assert box.data("/ip/invoices", q=number, searchBy="type") == []


def test_keyword_search_on_the_company_is_only_contains(box):
    found = {row["customerId"] for row in box.everything("/ip/invoices", q="100", searchBy="customerId")}
    assert len(found) > 1


def test_created_between_two_moments_inclusive(box):
    moment = box.data("/ip/invoices/40")["createdAt"]
    rows = box.data("/ip/invoices", beginDateAt=str(moment), endDateAt=str(moment))
    assert 40 in [row["id"] for row in rows]
    assert {row["createdAt"] for row in rows} == {moment}


def test_external_ids_in_every_spelling(box):
    ids = [row["externalId"] for row in box.everything("/ip/invoices") if row["externalId"]][:2]
    for query in ({"externalId[]": ids}, {"externalId": ",".join(ids)}):
        assert sorted(row["externalId"] for row in box.data("/ip/invoices", **query)) == sorted(ids)


def test_extra_fields_only_when_asked(box):
    assert "extraFields" not in box.data("/ip/invoices")[0]
    assert box.data("/ip/invoices", isIncludeExtraFields="1")[0]["extraFields"] == []
