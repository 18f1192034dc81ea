"""A store's rules: what one person may do alone."""

import pytest

from arportal.mirror.models import Invoice
from arportal.stores.models import Activity, Store
from tests.whole import only_whole, whole_or

SETTINGS = "/s/demo/settings/"
LIMITS = {"needs_two": "on", "limit-USD": "1,000.00", "limit-JPY": "90000", "reserve": "10"}


@pytest.fixture
def post(admin, browse):
    browser = browse(admin)
    return lambda **data: browser.post(SETTINGS, data)


def rules() -> Store:
    return Store.objects.get(slug="demo")


def test_it_works(post, admin, browse):
    assert post(**LIMITS).status_code == 303
    assert rules().approval_limits == {"USD": "1000.00", "JPY": "90000"}
    page = browse(admin).get(SETTINGS).content.decode()
    assert 'value="1,000.00"' in page
    assert "90,000 JPY, 1,000.00 USD" in page


def test_who_changed_what_is_kept(post, admin):
    post(reserve="20", allow_overpayment="on")
    change = Activity.objects.filter(kind="rule").get()
    before, after = change.details["before"], change.details["after"]
    assert (change.actor, before["reserve"], after["reserve"]) == (admin, 10, 20)
    assert after["allow_overpayment"] is True


@only_whole("test_who_changed_what_is_kept")
def test_nothing_changed_leaves_no_trace(post):
    post(reserve="10")
    assert not Activity.objects.filter(kind="rule").exists()


@only_whole("test_it_works")
def test_turned_off_the_limits_go(post):
    post(**LIMITS)
    post(reserve="10", **{"limit-USD": "1,000.00"})
    assert rules().approval_limits == {}


WRONG = [
    ({"needs_two": "on", "reserve": "10"}, "limit of at least one currency"),
    ({"needs_two": "on", "reserve": "10", "limit-JPY": "1.5"}, "JPY has no decimals"),
    ({"reserve": "101"}, "less than or equal to 100"),
    ({"reserve": ""}, "required"),
]


@pytest.mark.parametrize(
    ("data", "reason"),
    whole_or(WRONG, WRONG[:2]),
)
def test_refused_with_the_reason_beside_the_field(post, data, reason):
    answer = post(**data)
    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert rules().approval_limits == {}


def test_only_an_admin(controller, browse):
    assert browse(controller).post(SETTINGS, LIMITS).status_code == 403


def test_numbers_of_invoices_and_a_quarantine_of_its_own(post, admin, browse, company):
    wrong = [
        ({"first_number": "A-100"}, "Enter both numbers, or neither"),
        ({"first_number": "A-100", "last_number": "A-99"}, "as many digits"),
        ({"first_number": "A-100", "last_number": "B-200"}, "begin as the first one"),
        ({"first_number": "A-100", "last_number": "A-100"}, "come after the first"),
        ({"first_number": "A", "last_number": "B"}, "must be digits"),
        ({"quarantine": "4"}, "greater than or equal to 5"),
    ]
    for fields, reason in whole_or(wrong, wrong[::4]):
        answer = post(reserve="10", **fields)
        assert (answer.status_code, reason in answer.content.decode()) == (422, True), fields
    assert post(reserve="10", quarantine="30", first_number="A-100", last_number="A-200").status_code == 303
    assert rules().quarantine == 30
    browser = browse(admin)
    page = browser.get(SETTINGS).content.decode()
    for words in ("Minutes until sent again", "<td>ten</td>", "<td>30</td>", "<td>after the newest</td>"):
        assert words in page, words
    draft = f"/s/demo/invoices/create/{company.api_id}/"
    assert 'value="A-100"' in browser.get(draft).content.decode()
    Invoice.objects.filter(pk=Invoice.objects.order_by("pk")[0].pk).update(number="A-200")
    assert "All numbers from A-100 to A-200 are used" in browser.get(draft).content.decode()
