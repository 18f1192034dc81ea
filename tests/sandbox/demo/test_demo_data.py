"""The demo store: the same for the same arguments, and in order by the rules."""

from collections import Counter
from decimal import Decimal

from tests.sandbox.conftest import running
from tests.whole import only_whole

PINNED = ("--today", "2031-05-20", "--invoices", "60", "--companies", "12", "--rate-limit", "off")
LISTS = ("/ip/invoices", "/ip/payments", "/companies", "/company-payment-methods")


def contents(box):
    return [box.everything(path) for path in LISTS]


@only_whole("test_every_kind_of_invoice_is_there")
def test_the_same_arguments_give_the_same_store():
    """Another seed gives another one; the day on which it is seen can be pinned."""
    with running(*PINNED) as box:
        first = contents(box)
        start_of_today = 1_937_001_600
        assert 0 <= box.control("GET", "clock")["now"] - start_of_today - 12 * 3600 < 30
    with running(*PINNED) as box:
        assert contents(box) == first
    with running(*PINNED, "--seed", "2") as box:
        assert contents(box) != first
    created = [row["createdAt"] for row in first[0]]
    assert start_of_today - 549 * 86_400 < min(created) < start_of_today - 500 * 86_400
    assert start_of_today - 30 * 86_400 < max(created) < start_of_today


def test_open_balances_are_what_payments_left(box):
    paid = {}
    for payment in box.everything("/ip/payments"):
        for line in payment["lineItems"] if payment["appliedStatus"] else []:
            paid[line["invoiceId"]] = paid.get(line["invoiceId"], 0) + Decimal(line["amount"]["value"])
    for row in box.everything("/ip/invoices"):
        original, opened = (Decimal(row[name]["value"]) for name in ("originalBalance", "openBalance"))
        assert opened == original - paid.get(row["id"], 0)
        assert row["status"] == (2 if opened <= 0 else 1 if opened < original else 0)


def test_pending_is_what_unsettled_payments_say(box):
    unsettled = [row for row in box.everything("/ip/payments") if row["processingStatus"] <= 2]
    touched = Counter(line["invoiceId"] for row in unsettled for line in row["lineItems"])
    rows = box.everything("/ip/invoices")
    assert {row["id"]: row["pendingPaymentCount"] for row in rows if row["isPendingPayment"]} == touched
    assert all(row["pendingPaymentCount"] == 0 for row in rows if not row["isPendingPayment"])


def test_every_kind_of_invoice_is_there(box):
    rows, now = box.everything("/ip/invoices"), box.control("GET", "clock")["now"]
    assert {row["openBalance"]["code"] for row in rows} == {"USD", "EUR", "JPY", "KWD"}
    assert {row["status"] for row in rows} == {0, 1, 2}
    assert {row["dueDate"] < now for row in rows if row["status"] != 2} == {True, False}
    # Goods that came back, and more paid than was asked for.
    credits = [row for row in rows if row["type"] == "Credit Memo"]
    assert credits
    assert {row["originalBalance"]["value"][0] for row in credits} == {"-"}
    assert {row["openBalance"]["value"][0] for row in credits} == {"-"}
    assert any(row["openBalance"]["value"][0] == "-" != row["originalBalance"]["value"][0] for row in rows)


@only_whole("test_every_kind_of_invoice_is_there")
def test_the_mixture_looks_like_a_store():
    with running("--invoices", "1200", "--rate-limit", "off") as box:
        rows, now = box.everything("/ip/invoices"), box.control("GET", "clock")["now"]
    assert {row["openBalance"]["code"] for row in rows} == {"USD", "EUR", "JPY", "KWD"}
    assert 800 < sum(row["status"] == 2 for row in rows) < 1080
    assert 60 < sum(row["status"] == 1 for row in rows) < 200
    assert 60 < sum(row["status"] != 2 and row["dueDate"] < now for row in rows) < 350
    assert 5 < sum(row["openBalance"]["value"].startswith("-") for row in rows) < 60
    assert all(
        row["openBalance"]["value"].endswith(".0000") for row in rows if row["openBalance"]["code"] == "JPY"
    )


def test_what_comes_from_elsewhere_is_due_on_a_day(box):
    rows = box.everything("/ip/invoices")
    from_elsewhere = [row["dueDate"] % 86_400 == 0 for row in rows if row["source"] == 1]
    assert from_elsewhere
    assert all(from_elsewhere)
