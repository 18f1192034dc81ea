"""A browser whose session ends in the middle of a form."""

import re
from urllib.parse import unquote

from django.contrib.sessions.models import Session
from django.test import Client

from arportal.stores.models import Membership
from tests.cast import PASSWORD, sign_in

NOTICE = "You were signed out before this was sent"


class Desk:
    """A browser as a real one: it sends the token of the page that a form stands on, and says which page that is."""

    def __init__(self) -> None:
        self.browser = Client(enforce_csrf_checks=True)
        self.token, self.page = "", "/"

    def open(self, address: str) -> str:
        answer = self.browser.get(address)
        assert answer.status_code == 200, (address, answer)
        text = answer.content.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        self.token, self.page = found[1] if found else "", address
        return text

    def send(self, path: str, typed: dict | None = None, **headers: str):
        form = {"csrfmiddlewaretoken": self.token, **(typed or {})}
        return self.browser.post(path, form, headers={"Referer": f"http://testserver{self.page}", **headers})

    def enter(self, person: Membership) -> None:
        """Signed in, without the page for it: that is allowed only so many times a minute."""
        sign_in(self.browser, person.user)

    def sign_in(self, person: Membership, next_url: str = "/") -> str:
        self.open(f"/accounts/login/?next={next_url}")
        form = {"login": person.user.email, "password": PASSWORD, "next": next_url}
        answer = self.send("/accounts/login/", form)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def lose(self, page: str, path: str, typed: dict, **headers: str) -> str:
        """Sends the form of this page when the session is gone: the address that signing in leads on to."""
        self.open(page)
        Session.objects.all().delete()
        answer = self.send(path, typed, **headers)
        return next_of(answer["HX-Redirect"] if headers else answer["Location"])


def next_of(address: str) -> str:
    found = re.fullmatch(r"/accounts/login/\?next=(.*)", address)
    assert found, address
    return unquote(found[1])


def value_of(text: str, name: str) -> str:
    found = re.search(rf'<(?:input|select)[^>]* name="{re.escape(name)}"[^>]*>', text)
    assert found, name
    value = re.search(r' value="([^"]*)"', found[0])
    return value[1] if value else ""
