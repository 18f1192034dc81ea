"""The pages of webhooks: adding one, what became of its messages, its secret shown once."""

import re

import pytest
from django.utils import timezone

from arportal.receivables.models import WebhookAttempt, WebhookDelivery, WebhookSubscription
from arportal.receivables.webhooks.delivery import claim
from tests.whole import only_whole

LIST, NEW = "/s/demo/webhooks/", "/s/demo/webhooks/new/"
KINDS = ["invoice.changed", "change.settled"]
SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def browser(admin, browse, confined):
    return browse(admin)


def test_it_works(browser):
    form = browser.get(NEW).content.decode()
    webhook_id = re.search(r'name="webhook_id" value="([^"]+)"', form)[1]
    entered = {"webhook_id": webhook_id, "name": "ERP", "url": "http://erp.example.com/", "kinds": []}
    for missing, words in (
        ({}, "Choose at least one."),
        ({"kinds": KINDS}, "The address must begin with https://"),
    ):
        answer = browser.post(NEW, entered | missing)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    entered |= {"url": "https://erp.example.com/", "kinds": KINDS}
    secret = SECRET.search(browser.post(NEW, entered).content.decode())[1]
    again = browser.post(NEW, entered, follow=True)
    assert "shown only once" in again.content.decode()
    page = f"{LIST}{webhook_id}/"
    assert "Paused." in browser.post(f"{page}pause/", follow=True).content.decode()
    assert "Resumed" in browser.post(f"{page}resume/", follow=True).content.decode()
    assert "A test message is on its way" in browser.post(f"{page}test/", follow=True).content.decode()
    edited = browser.post(f"{page}edit/", entered | {"name": "Warehouse"}, follow=True)
    assert "Warehouse" in edited.content.decode()
    rotated = SECRET.search(browser.post(f"{page}secret/").content.decode())[1]
    assert rotated != secret
    shown = browser.get(page).content.decode() + browser.get(LIST).content.decode()
    assert secret not in shown
    assert rotated not in shown
    assert "Invoice changed, Change settled" in shown


@only_whole("test_it_works")
def test_a_message_and_sending_again(browser, admin):
    webhook = WebhookSubscription.objects.create(
        store=admin.store, name="ERP", url="https://erp.example.com/", kinds=KINDS, created_by=admin
    )
    page = f"{LIST}{webhook.pk}/"
    browser.post(f"{page}test/")
    attempt = claim(webhook.pk, timezone.now())
    WebhookAttempt.objects.update(status=500, seconds=0.25, answer="<b>oops")
    WebhookDelivery.objects.update(state=WebhookDelivery.State.GIVEN_UP)
    address = f"{LIST}messages/{attempt.delivery_id}/"
    message = browser.get(address).content.decode()
    assert all(words in message for words in ("500", "250", "&lt;b&gt;oops", "Given up", "&quot;type&quot;"))
    assert "on its way" in browser.post(f"{address}again/", follow=True).content.decode()
    assert WebhookDelivery.objects.get().state == WebhookDelivery.State.WAITING
    assert browser.post(f"{page}again/", {"since": "soon"}).status_code == 422
    answer = browser.post(f"{page}again/", {"since": "2026-01-01T00:00"}, follow=True)
    assert "0 messages are on their way." in answer.content.decode()
    assert "Its log stays" in browser.get(f"{page}delete/").content.decode()
    assert "ERP is deleted." in browser.post(f"{page}delete/", follow=True).content.decode()
    assert browser.get(page).status_code == browser.get(address).status_code == 200
    assert browser.post(f"{page}test/").status_code == browser.post(f"{address}again/").status_code == 404
