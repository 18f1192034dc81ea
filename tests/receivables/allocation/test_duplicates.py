"""Payments that look like the one about to be recorded, of what is under way here and of what the mirror shows."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.allocation.duplicates import Duplicate, likely_duplicates
from arportal.receivables.models import Change, PaymentRecord
from arportal.stores.models import Store

Verb, State = Change.Verb, Change.State
DAY = dt.timedelta(days=1)
ON = dt.date(2026, 2, 10)
LONG_AGO = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
FIRST = 777_000
OWN, BATCH = uuid.uuid4(), uuid.uuid4()


@dataclass(frozen=True)
class Cheque:
    company_id: int = 990_031
    currency: str = "USD"
    total: Decimal = Decimal("1.07")
    reference: str = "CHQ 20-41"
    received_on: dt.date = ON


@pytest.fixture
def recorded(clerk):
    """Writes down a recording of the same cheque, long ago, that is under way."""

    def recorded(reference: str = "CHQ 20-41", on: dt.date = ON, **about) -> Change:
        row = {"id": uuid.uuid4(), "store": clerk.store, "actor": clerk, "verb": Verb.RECORD_PAYMENT}
        same = {"company_id": 990_031, "amount": Decimal("1.07"), "currency": "USD", "asked_at": LONG_AGO}
        change = Change.objects.create(**row | same | {"state": State.UNKNOWN} | about)
        PaymentRecord.objects.create(change=change, reference=reference, received_on=on)
        return change

    return recorded


@pytest.fixture
def mirrored(clerk):
    """Puts a payment of the same amount into the mirror; without a Change another system has recorded it."""

    def mirrored(number: int = 1, change: Change | None = None, **about) -> Payment:
        row = {"store": clerk.store, "api_id": FIRST + number, "company_id": 990_031, "created_at": LONG_AGO}
        same = {"total": Decimal("1.07"), "currency": "USD", "processing_status": ProcessingStatus.PROCESSING}
        if change is not None:
            done = {"state": State.APPLIED, "mirrored_at": timezone.now(), "target_id": FIRST + number}
            Change.objects.filter(pk=change.pk).update(**done)
            row["external_id"] = str(change.pk)
        return Payment.objects.create(**row | same | about)

    return mirrored


@pytest.fixture
def found(clerk):
    def found(cheque: Cheque = Cheque(), batch: uuid.UUID | None = None) -> list[Duplicate]:
        return likely_duplicates(clerk, cheque, OWN, batch)

    return found


LIKENESS = [
    ({"reference": "chq 2041", "on": ON + 60 * DAY}, True),
    ({"reference": "another", "on": ON + 5 * DAY}, True),
    ({"reference": "another", "on": ON - 6 * DAY}, False),
    # Only a memo may hold it somewhere.
    ({"reference": "for CHQ 2041", "on": ON + 60 * DAY}, False),
    ({"reference": "", "on": ON + 60 * DAY}, False),
]


@pytest.mark.parametrize(("how", "is_alike"), LIKENESS)
def test_what_is_under_way(recorded, found, how, is_alike):
    change = recorded(**how)
    key, reference = f"change-{change.pk}", how["reference"]
    duplicate = Duplicate(key, how["on"], reference, same_reference="chq" in reference, change=change)
    assert found() == ([duplicate] if is_alike else [])


@pytest.mark.parametrize(("how", "is_alike"), LIKENESS)
def test_what_was_recorded_here_goes_by_what_was_noted_then(recorded, mirrored, found, how, is_alike):
    payment = mirrored(change=recorded(**how), memo="CHQ 20-41")
    same = "chq" in how["reference"]
    duplicate = Duplicate(
        f"payment-{FIRST + 1}", how["on"], how["reference"], same_reference=same, payment=payment
    )
    assert found() == ([duplicate] if is_alike else [])


@pytest.mark.parametrize(
    ("memo", "reference", "created_at", "same_reference", "is_alike"),
    [
        ("Chq 2041 by post", "CHQ 20-41", LONG_AGO, True, True),
        ("Chq 2041 by post", "2041", LONG_AGO, True, True),
        ("Chq 2041 by post", "041", LONG_AGO, False, False),
        ("by post", "CHQ 20-41", LONG_AGO, False, False),
        ("", "", LONG_AGO, False, False),
        ("by post", "CHQ 20-41", dt.datetime(2026, 2, 15, 12, tzinfo=dt.UTC), False, True),
        ("Chq 2041 by post", "CHQ 20-41", None, True, True),
    ],
)
def test_what_another_system_recorded(mirrored, found, memo, reference, created_at, same_reference, is_alike):
    """Its memo may hold the reference, if that is long enough to tell; and there is no day but that of recording."""
    payment = mirrored(memo=memo, created_at=created_at)
    on = created_at.date() if created_at else None
    duplicate = Duplicate(f"payment-{FIRST + 1}", on, memo, same_reference=same_reference, payment=payment)
    assert found(Cheque(reference=reference)) == ([duplicate] if is_alike else [])


def test_the_day_it_was_recorded_here_counts_too(recorded, mirrored, found):
    on = dt.date(2025, 12, 1)
    change = recorded("another", on, asked_at=dt.datetime(2026, 2, 12, tzinfo=dt.UTC))
    mirrored(change=recorded("a third", on), created_at=dt.datetime(2026, 2, 12, tzinfo=dt.UTC))
    assert {each.key: each.on for each in found()} == {f"change-{change.pk}": on, f"payment-{FIRST + 1}": on}


def test_what_is_another_payment(recorded, mirrored, found, clerk):
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    unlike = [{"company_id": 990_032}, {"currency": "EUR"}, {"store": elsewhere}]
    for about in [*unlike, {"amount": 2}, {"verb": Verb.EDIT_PAYMENT}, {"state": State.REFUSED}]:
        recorded(**about)
    for number, about in enumerate([*unlike, {"total": 2}, {"gone_at": timezone.now()}]):
        mirrored(number, memo="CHQ 2041", **about)
    mirrored(9, memo="CHQ 2041", processing_status=ProcessingStatus.REFUNDED)
    assert found() == []
    mirrored(10, memo="CHQ 2041")
    clerk.all_companies = False
    assert found() == []


def test_each_is_told_once_the_latest_first(recorded, mirrored, found):
    """One that is not read back yet may be in the mirror already."""
    change = recorded(on=ON)
    mirrored(1, external_id=str(change.pk), memo="CHQ 2041")
    mirrored(2, created_at=None, memo="CHQ 2041")
    mirrored(3, memo="CHQ 2041", created_at=dt.datetime(2026, 2, 11, 12, tzinfo=dt.UTC))
    mirrored(4, recorded(on=ON - DAY))
    assert [each.key for each in found()] == [
        f"payment-{FIRST + 3}",
        f"change-{change.pk}",
        f"payment-{FIRST + 4}",
        f"payment-{FIRST + 2}",
    ]


def test_it_is_no_duplicate_of_itself_nor_of_others_on_its_list(recorded, mirrored, found):
    recorded(id=OWN)
    assert found() == []
    mirrored(1, external_id=str(OWN), memo="CHQ 2041")
    recorded(batch=BATCH)
    mirrored(2, recorded(batch=BATCH))
    not_listed = recorded(batch=uuid.uuid4())
    assert [each.key for each in found(batch=BATCH)] == [f"change-{not_listed.pk}"]
    assert len(found()) == 3
    assert found(replace(Cheque(), currency="EUR"), BATCH) == []
