"""Closing a month on its page, and what other pages then say."""

import datetime as dt

from arportal.stores.models import Store
from tests.desk.ageing.conftest import text_of

CLOSE, REOPEN = "/s/demo/ageing/month-ends/close/", "/s/demo/ageing/month-ends/reopen/"


def test_it_works(controller, admin, browse, today, company):
    until = today.replace(day=1) - dt.timedelta(days=1)
    browser, months = browse(controller), "/s/demo/ageing/month-ends/"
    assert "Close up to" in text_of(browser.get(months))
    page = text_of(browser.get(CLOSE))
    assert f'value="{until}"' in page
    assert "all months before it are closed too" in page
    assert browser.post(CLOSE, {"until": "2020-01-31"}).status_code == 422
    assert browser.post(CLOSE, {"until": str(until)}).status_code == 303
    closed = "The books are closed up to"
    assert closed in text_of(browser.get(months))
    for form in (
        f"payments/record/{company.api_id}/",
        f"on-account/receive/{company.api_id}/",
        f"invoices/create/{company.api_id}/",
    ):
        answer = browser.get(f"/s/demo/{form}", follow=True)
        assert closed in text_of(answer), form
    other = browse(admin)
    assert other.post(REOPEN, {"until": str(until), "reason": ""}).status_code == 422
    assert other.post(REOPEN, {"until": str(until), "reason": "Forgotten"}).status_code == 303
    assert Store.objects.get(slug="demo").closed_until == until.replace(day=1) - dt.timedelta(days=1)
