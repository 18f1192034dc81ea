"""The catalogue and what each company may use (contract M1-M4, rule 35)."""

import pytest

OWN = "/companies/1001/payments"


def states(box):
    return {row["code"]: row["isEnabled"] for row in box.data(OWN)}


def test_it_works(box):
    catalogue = box.get("/payments").json()
    assert catalogue["meta"] == {"message": "Success"}
    assert {"id": 1, "paymentCode": "cheque", "paymentTitle": "Check"} in catalogue["data"]


def test_switch_two_methods(box):
    before = states(box)
    wanted = {"cheque": not before["cheque"], "cod": not before["cod"]}
    payments = [{"code": code, "isEnabled": on} for code, on in wanted.items()]
    answer = box.put(OWN, {"payments": payments})
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert states(box) == before | wanted


@pytest.mark.parametrize(
    ("payments", "status", "words"),
    [
        (None, 400, "Payments is required.; "),
        ([{"isEnabled": True}], 400, "Code is required.; "),
        ([{"code": "cheque"}], 400, "Invalid Is enabled"),
        ([{"code": "cheque", "isEnabled": "yes"}], 400, "Invalid Is enabled"),
        ([{"code": "barter", "isEnabled": True}], 404, "Payment Does not Exist"),
    ],
)
def test_a_bad_entry_changes_nothing(box, payments, status, words):
    before = states(box)
    good = {"code": "cheque", "isEnabled": not before["cheque"]}
    answer = box.put(OWN, {"payments": payments and [good, *payments]})
    assert answer.status_code == status
    assert answer.json()["data"]["errMsg"] == words
    assert states(box) == before


def test_an_unknown_company_is_404(box):
    answer = box.get("/companies/5/payments")
    body = {
        "code": 404,
        "data": {"errMsg": "Company Does not Exist"},
        "meta": {"message": "Company Does not Exist"},
    }
    assert answer.json() == body


def test_the_list_of_active_ones(box):
    rows = box.everything("/company-payment-methods", companyId="1001")
    assert {row["paymentMethodCode"] for row in rows} == {code for code, on in states(box).items() if on}


def test_active_ones_by_keyword(box):
    rows = box.everything("/company-payment-methods", q="DEPOSIT")
    assert {row["paymentMethodTitle"] for row in rows} == {"Bank Deposit"}
