"""Payments that figures of today do not show yet are told beside them, wherever they stand."""

import re
import uuid

import pytest

from arportal.receivables.models import Change
from tests.desk.ageing.conftest import text_of
from tests.whole import only_whole, whole_or

State, Verb = Change.State, Change.Verb
PLACES = {
    "overview": "",
    "ageing": "ageing/",
    "Beta's page": "companies/2/",
    "Beta's statement": "companies/2/statement/",
}


def told(answer) -> list[str]:
    """The amounts on their way; none where the page says nothing of them."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text_of(answer)))
    return re.findall(r"wait for approval: ([\d.,]+ [A-Z]{3}(?:, [\d.,]+ [A-Z]{3})*)[.]", words)


@pytest.fixture
def ask(books):
    """Asks for 30.00 of Beta's invoice, or for what is said."""

    def ask(
        state: State,
        *,
        verb: Verb = Verb.RECORD_PAYMENT,
        amount: str = "30.00",
        company: int = 2,
        invoice: int = 2,
        **fields,
    ):
        return Change.objects.create(
            id=uuid.uuid4(),
            store=books.store,
            actor=books.controller,
            verb=verb,
            company_id=company,
            state=state,
            payload={"lines": [{"invoice_id": invoice, "amount": amount}]},
            **fields,
        )

    return ask


def test_the_same_amount_in_every_place(ask, see):
    for place, address in list(PLACES.items())[: whole_or(None, 1)]:
        assert told(see(address)) == [], place
    ask(State.ASKED)
    ask(State.WAITING, amount="0.50")
    ask(State.UNKNOWN, verb=Verb.EDIT_PAYMENT, before={"lines": [{"invoice_id": 2, "amount": "29.00"}]})
    for place, address in PLACES.items():
        assert told(see(address)) == ["31.50 EUR"], place


@only_whole("test_the_same_amount_in_every_place")
def test_what_the_mirror_shows_or_the_store_refused_is_not_on_its_way(ask, see, books):
    done = ask(State.APPLIED)
    ask(State.REFUSED)
    assert told(see("")) == ["30.00 EUR"]
    Change.objects.filter(pk=done.pk).update(mirrored_at=books.moment("2026-03-31"))
    assert told(see("")) == []


def test_who_does_not_see_the_company_is_not_told(ask, see, restricted):
    ask(State.SENT, company=3, invoice=3, amount="7")
    ask(State.SENT)
    assert told(see("ageing/", restricted)) == ["30.00 EUR"]


@only_whole("test_who_does_not_see_the_company_is_not_told")
def test_it_is_of_today_and_of_those_companies_that_somebody_sees(ask, see, restricted):
    ask(State.SENT, company=3, invoice=5, amount="7000")
    ask(State.SENT)
    assert told(see("ageing/")) == ["30.00 EUR", "7,000 JPY"]
    assert told(see("ageing/?on=2026-03-30")) == []
    assert told(see("companies/2/statement/?last=2026-03-30")) == []
    # Alpha has nothing on its way, the company below it has.
    assert told(see("companies/1/statement/")) == []
    assert told(see("companies/1/statement/?subsidiaries=on")) == ["30.00 EUR"]
    for address in PLACES.values():
        assert told(see(address, restricted)) == ["30.00 EUR"]
