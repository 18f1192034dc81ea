"""A store's rules: what one person may do alone."""

import pytest

from arportal.stores.models import Activity, Store

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


def test_nothing_changed_leaves_no_trace(post):
    post(reserve="10")
    assert not Activity.objects.filter(kind="rule").exists()


def test_turned_off_the_limits_go(post):
    post(**LIMITS)
    post(reserve="10", **{"limit-USD": "1,000.00"})
    assert rules().approval_limits == {}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"needs_two": "on", "reserve": "10"}, "limit of at least one currency"),
        ({"needs_two": "on", "reserve": "10", "limit-JPY": "1.5"}, "JPY has no decimals"),
        ({"reserve": "101"}, "less than or equal to 100"),
        ({"reserve": ""}, "required"),
    ],
)
def test_refused_with_the_reason_beside_the_field(post, data, reason):
    answer = post(**data)
    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert rules().approval_limits == {}


def test_only_an_admin(controller, browse):
    assert browse(controller).post(SETTINGS, LIMITS).status_code == 403
