"""The demo companies, their people, and how each may pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from arportal.sandbox.demo import numbers
from arportal.sandbox.demo.names import PEOPLE, company
from arportal.sandbox.demo.places import PLACES, Place, filled
from arportal.sandbox.models import Company, CompanyMethod, Method, User

DAY = 86_400
FIRST_COMPANY, FIRST_USER, FIRST_CUSTOMER = 1001, 7001, 301
TERMS = (0, 15, 30, 30, 30, 45, 60)
METHODS = (
    ("cheque", "Check"),
    ("bankdeposit", "Bank Deposit"),
    ("cod", "Cash on Delivery"),
    ("moneyorder", "Money Order"),
    ("authorizenet", "Authorize.Net"),
    ("braintree", "Braintree"),
    ("bigpaypay", "PayPal"),
    ("testgateway", "Test Payment Provider"),
)


@dataclass
class Buyer:
    """A company with what the generator must know about it; weight is its share of the business."""

    company: Company
    place: Place
    weight: float
    people: list[User]

    @property
    def currency(self) -> str:
        return self.place.currency


def buyers(count: int, dice: Random, today: int) -> list[Buyer]:
    """Companies with one to three people each; some of the later ones belong to one of the first eight."""
    rows = []
    for index in range(count):
        name, country, mailbox = company(index, dice)
        place = PLACES[country]
        row = _company_row(index, name, country, mailbox, dice, today - dice.randint(560, 1200) * DAY)
        people = [_user(index, number, row, country, dice) for number in range(dice.randint(1, 3))]
        # A few companies do most of the business, as in real stores.
        rows.append(Buyer(row, place, weight=0.5 + min(dice.paretovariate(1.3), 5.0), people=people))
        if index > 8 and dice.random() < 0.15:
            row.parent_id = FIRST_COMPANY + dice.randrange(8)
    return rows


def _company_row(index: int, name: str, country: str, mailbox: str, dice: Random, born: int) -> Company:
    place = PLACES[country]
    town, state = dice.choice(place.towns)
    tier = [{"fieldName": "Account tier", "fieldValue": "Gold"}] if index % 5 == 1 else []
    return Company(
        id=FIRST_COMPANY + index,
        name=name,
        group_id=21 + index,
        email=f"accounts@{mailbox}.example",
        phone=filled(place.phone, dice),
        status=1 if index < 8 else dice.choice((1,) * 17 + (0, 2, 3)),
        street1=f"{dice.choice(place.streets)} {dice.randint(1, 240)}",
        street2=dice.choice(("", "", "", f"Unit {dice.randint(1, 30)}")),
        city=town,
        state=state,
        country=place.country,
        zip_code=filled(place.zip_code, dice),
        extra_fields=[*tier, *numbers.extra_fields(index, country)],
        price_lists=[{"channelId": 1, "priceListId": 11}] if index % 7 == 2 else [],
        credit_enabled=dice.random() < 0.6,
        credit_currency=place.currency,
        available_credit=dice.randint(5, 200) * 500 * 10_000,
        terms_enabled=dice.random() < 0.8,
        terms_days=dice.choice(TERMS),
        created_at=born,
        updated_at=born + dice.randint(0, 500) * DAY,
        born=0,
    )


def _user(index: int, number: int, row: Company, country: str, dice: Random) -> User:
    first, last = dice.choice(PEOPLE[country])
    place = 3 * index + number
    return User(
        id=FIRST_USER + place,
        company=row,
        bc_customer_id=FIRST_CUSTOMER + place,
        first_name=first,
        last_name=last,
        email=f"buyer{place + 1}@{row.email.partition('@')[2]}",
        phone=row.phone,
        role=number,
        channels=[1],
        created_at=row.created_at,
        updated_at=row.updated_at,
        born=0,
    )


def catalogue() -> list[Method]:
    return [
        Method(id=number, code=code, title=title, created_at=0, updated_at=0, born=0)
        for number, (code, title) in enumerate(METHODS, start=1)
    ]


def switches(company_row: Company, dice: Random) -> Iterator[CompanyMethod]:
    """Every method for every company; about one in four is switched off."""
    for number in range(1, len(METHODS) + 1):
        yield CompanyMethod(
            company=company_row,
            method_id=number,
            enabled=dice.random() > 0.25,
            created_at=company_row.created_at,
            updated_at=company_row.updated_at,
            born=0,
        )
