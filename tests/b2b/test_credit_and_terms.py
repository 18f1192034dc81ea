"""Credit and payment terms of a company."""

from decimal import Decimal

import pytest

from arportal.b2b import Client, InvalidRequest, Money, PaymentTerms, Refused
from tests.b2b import samples
from tests.b2b.server import Answer, ApiServer, enveloped


def test_it_works(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(samples.credit(availableCredit=9000.1))
    credit = api_client.credit.update(31, available=Decimal("9000.10"), is_on_hold=False)
    assert credit.available == Money(Decimal("9000.10"), "EUR")
    assert api_server.requests[0].body == b'{"availableCredit":9000.10,"creditHold":false}'


def test_credit_that_the_store_has_switched_off(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(
        Answer(400, enveloped({"errMsg": "Credit is off"}, code=400, message="API logic error"))
    )
    with pytest.raises(Refused, match="Credit is off"):
        api_client.credit.get(31)


def test_no_change_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="at least one change"):
        api_client.credit.update(31)


def test_a_strange_currency_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="ISO 4217"):
        api_client.credit.update(31, currency="EURO")


def test_terms(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"isEnabled": True, "paymentTerms": 45})
    assert api_client.credit.set_terms(31, is_enabled=True, days=45) == PaymentTerms(is_enabled=True, days=45)
    assert api_client.credit.terms(31).days == 45
    assert api_server.requests[0].json == {"isEnabled": True, "paymentTerms": 45}


def test_terms_the_api_does_not_know_are_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="0, 5, 15, 30, 45, 60"):
        api_client.credit.set_terms(31, is_enabled=True, days=31)
