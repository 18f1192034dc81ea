"""A company's credit and payment terms (contract K1-K4, rules 36, 37)."""

import pytest

CREDIT, TERMS = "/companies/1001/credit", "/companies/1001/payment-terms"


def test_it_works(box):
    wanted = {"creditEnabled": True, "creditCurrency": "EUR", "availableCredit": 1234.56}
    wanted |= {"limitPurchases": True, "creditHold": True}
    assert box.put(CREDIT, wanted).json() == {"code": 200, "data": wanted, "meta": {"message": "Success"}}
    assert box.data(CREDIT) == wanted


def test_a_part_changes_only_that_part(box):
    box.put(CREDIT, {"creditEnabled": True, "creditHold": False})
    before = box.data(CREDIT)
    assert box.put(CREDIT, {"creditHold": True}).json()["data"] == before | {"creditHold": True}


def test_without_credit_only_the_switch_moves(box):
    before = box.put(CREDIT, {"creditEnabled": False}).json()["data"]
    assert box.put(CREDIT, {"availableCredit": 77}).json()["data"] == before


def test_without_credit_in_the_store_every_call_is_400(box):
    box.quirk(store_credit="off")
    for answer in (box.get(CREDIT), box.put(CREDIT, {"creditHold": True})):
        assert answer.status_code == 400
        body = {"errMsg": "Store company credit is not enabled"}
        assert answer.json() == {"code": 400, "data": body, "meta": {"message": "API logic error"}}


@pytest.mark.parametrize(
    "body", [{"creditHold": "yes"}, {"creditCurrency": "USA"}, {"availableCredit": "lots"}]
)
def test_a_bad_value_changes_nothing(box, body):
    before = box.data(CREDIT)
    assert box.put(CREDIT, {"creditEnabled": not before["creditEnabled"]} | body).status_code == 400
    assert box.data(CREDIT) == before


def test_payments_do_not_move_the_credit(box, box_invoices):
    path = f"/companies/{box_invoices[0]['customerId']}/credit"
    before = box.data(path)
    box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"]})
    assert box.data(path) == before


def test_terms(box):
    wanted = {"isEnabled": True, "paymentTerms": 60}
    assert box.put(TERMS, wanted).json()["data"] == wanted
    assert box.data(TERMS) == wanted


def test_terms_switched_off_show_the_stores(box):
    box.quirk(store_terms_days="15")
    assert box.put(TERMS, {"isEnabled": False, "paymentTerms": 60}).json()["data"]["paymentTerms"] == 15


@pytest.mark.parametrize("days", [1, 31, -5, "soon", None])
def test_terms_must_be_on_the_list(box, days):
    answer = box.put(TERMS, {"isEnabled": True, "paymentTerms": days})
    words = "Payment terms value error, must be in [0, 5, 15, 30, 45, 60]; "
    assert (answer.status_code, answer.json()["data"]["errMsg"]) == (400, words)


def test_terms_need_their_switch(box):
    assert box.put(TERMS, {"paymentTerms": 30}).status_code == 400


@pytest.mark.parametrize("path", ["credit", "payment-terms"])
def test_an_unknown_company_is_404(box, path):
    assert box.get(f"/companies/77/{path}").status_code == 404


def test_available_credit_that_is_not_told(box):
    box.quirk(available_credit="null")
    assert box.data(CREDIT)["availableCredit"] is None
    assert box.put(CREDIT, {"creditEnabled": True}).json()["data"]["availableCredit"] is None


def test_without_terms_in_the_store_every_call_is_400(box):
    box.quirk(store_terms="off")
    for answer in (box.get(TERMS), box.put(TERMS, {"isEnabled": True, "paymentTerms": 30})):
        assert answer.status_code == 400
        assert answer.json()["data"] == {"errMsg": "Payment terms are not enabled"}


def test_a_company_deleted_in_the_stores_own_pages(box):
    made = box.post(
        "/companies",
        {
            "companyName": "Short-lived",
            "companyPhone": "555-0199",
            "companyEmail": "desk@short.example",
            "country": "Spain",
            "adminFirstName": "Ana",
            "adminLastName": "Ruiz",
            "adminEmail": "ana@short.example",
        },
    ).json()["data"]["companyId"]
    box.control("POST", "delete-company", {"companyId": made})
    for path in (f"/companies/{made}", f"/companies/{made}/credit", f"/companies/{made}/payment-terms"):
        assert box.get(path).status_code == 404
