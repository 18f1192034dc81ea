"""A person's own preferences."""

import re

import pytest

from arportal.stores.models import User
from tests.whole import only_whole

WHOLE = {
    "name": "Carla Clerk",
    "number_format": "dot",
    "date_format": "iso",
    "theme": "dark",
    "density": "compact",
}


@pytest.fixture
def browser(clerk, browse):
    return browse(clerk)


def test_it_works(browser, clerk):
    answer = browser.post("/s/demo/preferences/", {**WHOLE, "next": "/s/demo/payments/"})
    assert (answer.status_code, answer["Location"]) == (303, "/s/demo/payments/")
    person = User.objects.get(pk=clerk.user_id)
    assert {name: getattr(person, name) for name in WHOLE} == WHOLE
    page = browser.get("/s/demo/invoices/").content.decode()
    assert '<html lang="en" data-bs-theme="dark" data-density="compact">' in page
    assert "Carla Clerk" in page
    assert re.search(r">\d{4}-\d\d-\d\d<", page)


@only_whole("test_a_choice_there_is_not")
def test_no_name(browser, clerk):
    answer = browser.post("/s/demo/preferences/", {**WHOLE, "name": " "})
    assert answer.status_code == 422
    assert "AR clerk" in answer.content.decode()
    assert User.objects.get(pk=clerk.user_id).name == "AR clerk"


@only_whole("test_it_works")
def test_the_theme_of_the_device_again(browser):
    browser.post("/theme/", {"theme": "dark", "next": "/"})
    browser.post("/s/demo/preferences/", {**WHOLE, "theme": ""})
    assert "data-bs-theme" not in browser.get("/s/demo/preferences/").content.decode()


def test_a_choice_there_is_not(browser):
    for name in ("date_format", "theme", "density"):
        assert browser.post("/s/demo/preferences/", {**WHOLE, name: "roman"}).status_code == 422, name
