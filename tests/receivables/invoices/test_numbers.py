"""Numbers of new invoices."""

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices.numbers import check_range, suggested_number


def test_what_is_a_range():
    for first, last in (("", ""), ("R-09", "R-10"), ("1", "2")):
        check_range(first, last)
    cases = {
        ("R", "R-10"): ("first_number", "must be digits"),
        ("R-09", "R"): ("last_number", "must be digits"),
        ("", "R-10"): ("first_number", "both numbers, or neither"),
        ("R-09", ""): ("last_number", "both numbers, or neither"),
        ("R-09", "S-10"): ("last_number", "begin as the first one"),
        ("R-9", "R-10"): ("last_number", "as many digits"),
        ("R-10", "R-10"): ("last_number", "come after the first one"),
        ("R-10", "R-09"): ("last_number", "come after the first one"),
    }
    for (first, last), (field, words) in cases.items():
        with pytest.raises(Invalid, match=words) as refused:
            check_range(first, last)
        assert set(refused.value.fields) == {field}


def renumber(number: str) -> Invoice:
    """Gives the newest invoice this number."""
    newest = Invoice.objects.order_by("-issued_on", "-api_id")[0]
    newest.number = number
    newest.save()
    return newest


def to_other(invoice: Invoice, store, number: str) -> None:
    invoice.pk, invoice.store, invoice.number = None, store, number
    invoice.save(force_insert=True)


def test_numbers_before_the_range_or_of_another_store_are_none_of_it(store, other_store):
    store.first_number, store.last_number = "R-0005", "R-0009"
    invoice = renumber("R-0001")
    to_other(invoice, other_store, "R-0007")
    assert suggested_number(store) == "R-0005"


def test_after_the_newest_the_other_stores_numbers_are_free(store, other_store):
    invoice = renumber("X-0099")
    to_other(invoice, other_store, "X-0100")
    assert suggested_number(store) == "X-0100"


def test_the_suggested_number_follows_the_newest(store):
    newest = Invoice.objects.order_by("-issued_on", "-api_id")[0]
    Invoice.objects.filter(pk=newest.pk).update(number="INV-0099-A")
    assert suggested_number(store) == "INV-0100-A"


def test_the_suggested_number_is_the_next_of_the_range(store):
    store.first_number, store.last_number = "R.0001", "R.0003"
    assert suggested_number(store) == "R.0001"
    numbers = ["R.0001", "Rx0002", "R.00021", "R.9999", "R.0002"]
    for invoice, number in zip(Invoice.objects.order_by("api_id"), numbers, strict=False):
        Invoice.objects.filter(pk=invoice.pk).update(number=number)
    assert suggested_number(store) == "R.0003"
    # One that is gone keeps its number.
    Invoice.objects.filter(number="R.9999").update(number="R.0003", gone_at=timezone.now())
    assert suggested_number(store) == ""
