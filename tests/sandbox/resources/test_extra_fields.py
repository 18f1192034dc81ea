"""Configurations of extra fields (contract I8, O8, C5, U4)."""


def test_it_works(box):
    first, second = box.data("/ip/invoices/extra-fields")
    assert (first["fieldName"], first["fieldType"], first["maximumLength"]) == ("Cost centre", 0, "100")
    assert (second["fieldType"], second["listOfValue"]) == (3, ["North", "South"])


def test_orders_spell_them_differently(box):
    (field,) = box.data("/orders/extra-fields")
    assert (field["labelName"], field["listOfValues"], field["maximumLength"]) == ("Project", [], 100)


def test_companies_and_users_have_some_too(box):
    names = [row["fieldName"] for row in box.data("/companies/extra-fields")]
    assert names == ["Account tier", "VAT ID", "Electronic address", "Buyer reference"]
    assert [row["fieldName"] for row in box.data("/users/extra-fields")] == ["Spending note"]
