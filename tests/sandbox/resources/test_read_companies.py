"""GET /companies and /companies/{id} (contract C1, C2)."""


def test_it_works(box):
    answer = box.get("/companies").json()
    assert answer["meta"]["pagination"] == {"totalCount": 12, "limit": 10, "offset": 0}
    assert isinstance(answer["data"][0]["companyStatus"], int)


def test_one_company_has_extra_fields(box):
    company = box.data("/companies/1001")
    assert company["companyName"] == "Northgate Industrial Supply"
    assert company["extraFields"] == []


def test_an_unknown_company_is_404(box):
    answer = box.get("/companies/77")
    body = {"code": 404, "data": {}, "meta": {"message": "This resource is not found."}}
    assert (answer.status_code, answer.json()) == (404, body)


def test_by_part_of_the_name_but_only_with_q(box):
    assert [row["companyName"] for row in box.data("/companies", q="HALVORSEN")] == [
        "Halvorsen & Sons Plumbing"
    ]
    assert len(box.data("/companies", name="Halvorsen")) == 10


def test_by_a_bigcommerce_order(box):
    invoice = next(row for row in box.everything("/ip/invoices") if row["orderNumber"])
    for name in ("bcOrderId", "orderId"):
        rows = box.data("/companies", **{name: invoice["orderNumber"]})
        assert [str(row["companyId"]) for row in rows] == [invoice["customerId"]]


def test_by_extra_field(box):
    for number, tier in ((1001, "Silver"), (1003, "Silver plus")):
        body = {"extraFields": [{"fieldName": "Account tier", "fieldValue": tier}]}
        assert box.put(f"/companies/{number}", body).status_code == 200

    def found(text, **more):
        rows = box.data("/companies", extraFields=f"Account tier:{text}", limit=50, **more)
        return sorted(row["companyId"] for row in rows)

    assert found("silv") == [1001, 1003] == found("silv", extraFieldFilterType="search")
    assert found("Silver", extraFieldFilterType="exact-match") == [1001]
    assert found("silver", extraFieldFilterType="exact-match") == []


def test_sorted_by_name(box):
    names = [
        row["companyName"] for row in box.data("/companies", sortBy="companyName", orderBy="ASC", limit=50)
    ]
    assert names == sorted(names)


def test_names_in_many_scripts(box):
    names = "".join(row["companyName"] for row in box.data("/companies", limit=50))
    assert all(letter in names for letter in "خ株Π雄")
