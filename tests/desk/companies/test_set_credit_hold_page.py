"""The button beside a company's credit, and the page that asks before it is put on hold or released."""

import re
import uuid

import pytest
from django.utils import timezone

from arportal.mirror.models import CreditTerms, Watermark
from arportal.mirror.sync.credit_terms import CREDIT
from tests.whole import only_whole


@pytest.fixture
def terms(store) -> CreditTerms:
    return CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False).order_by("api_id")[
        0
    ]


@pytest.fixture
def url(terms) -> str:
    return f"/s/demo/companies/{terms.api_id}/"


@pytest.fixture
def browser(browse, controller):
    return browse(controller)


@pytest.fixture
def see(browser, url):
    return lambda path="": browser.get(f"{url}{path}").content.decode()


@pytest.fixture
def send(browser, url):
    def send(path, **fields):
        typed = {"change_id": str(uuid.uuid4()), "reason": "60 days late", **fields}
        return browser.post(f"{url}credit/{path}/", typed)

    return send


def test_it_works(see, send, url, sandbox, terms):
    assert f'href="{url}credit/hold/"' in see()
    question = see("credit/hold/")
    assert "Not on hold" in question
    assert "cannot buy on credit until somebody releases it" in question
    answer = send("hold")
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert sandbox.get(f"/companies/{terms.api_id}/credit")["creditHold"] is True
    page = see()
    assert "is on hold." in page
    assert f'href="{url}credit/release/"' in page
    assert f'href="{url}credit/hold/"' not in page
    assert send("release").status_code == 303
    assert "is released." in see()


@only_whole("test_it_works")
def test_what_was_asked_is_told_in_words(see, send, browser):
    send("hold")
    page = see()
    assert "Hold or release credit" in page
    assert "Credit on hold: no → yes" in page
    assert "60 days late" in page
    change = browser.get(re.search(r'href="(/s/demo/changes/[^"]+)"', page)[1]).content.decode()
    assert re.search(r"Credit on hold</th>.*no</span> →\s+yes", change, re.DOTALL)
    assert "60 days late" in change


def test_what_comes_back_is_as_it_was_typed(send, sandbox):
    for path in ("hold", "release"):
        answer = send(path, change_id="forged")
        page = answer.content.decode()
        assert (answer.status_code, sandbox.writes()) == (422, []), path
        assert "This form is out of date" in page, path
        assert 'value="60 days late"' in page, path
    answer = send("hold", reason="")
    assert (answer.status_code, sandbox.writes()) == (422, [])
    assert "Give a reason" in answer.content.decode()


@only_whole("test_what_comes_back_is_as_it_was_typed")
def test_a_colleague_was_faster(send, sandbox, terms):
    sandbox.put(f"/companies/{terms.api_id}/credit", {"creditHold": True})
    page = send("hold").content.decode()
    assert "The credit is on hold already." in page
    assert "On hold: no further credit" in page


@only_whole("test_it_works")
def test_what_is_unknown_or_off_offers_nothing(see, send, terms, url, browser):
    unknown = [("credit_enabled", None), ("credit_enabled", False), ("is_on_hold", None)]
    for field, value in unknown:
        CreditTerms.objects.update(credit_enabled=True, is_on_hold=False)
        CreditTerms.objects.update(**{field: value})
        page = see()
        assert "credit/hold/" not in page, (field, value)
        assert "credit/release/" not in page, (field, value)
        assert browser.get(f"{url}credit/hold/")["Location"] == url, (field, value)
    # One that was never read.
    terms.delete()
    assert "credit/hold/" not in see()
    assert send("hold").status_code == 404


@only_whole("desk/companies/test_company_terms.py::test_off_for_everybody")
def test_off_for_everybody(see, store):
    assert "credit/hold/" in see()
    Watermark.objects.update_or_create(store=store, resource=CREDIT, defaults={"off_since": timezone.now()})
    assert "credit/hold/" not in see()


def test_a_clerk_sees_it_without_a_button(browse, clerk, url, terms):
    CreditTerms.objects.filter(pk=terms.pk).update(is_on_hold=True)
    page = browse(clerk).get(url).content.decode()
    assert "On hold: no further credit" in page
    assert "credit/release/" not in page
