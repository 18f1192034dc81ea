"""The person for whom the pages in a browser were made, in a signed cookie for when their session has ended.

The token in a form tells the CSRF secret of the page it stands on. The cookie names a person and the digests of
the secrets with which pages were made for them: so a form is theirs only if it came from such a page. Another site
knows no such token, and the form of one person is never taken for that of the next at the same browser.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import _unmask_cipher_token  # type: ignore[attr-defined]  # there is no public way
from django.utils.crypto import constant_time_compare, salted_hmac

from arportal.desk.site.cookies import named
from arportal.stores.models import User

COOKIE = "page_owner"
SALT = "for whom pages were made"
# A secret is renewed at each sign-in: old tabs may hold pages of some before.
MOST = 5
TOKEN = re.compile("[a-zA-Z0-9]{64}")


@dataclass(frozen=True, slots=True)
class Owner:
    user_id: int
    # Changes with the password, after which the cookie says nothing any more.
    password: str
    pages: list[str]


def owner_of_form(request: HttpRequest) -> User | None:
    """The person for whom the page was made on which this form stood; None when that is not sure."""
    known, token = _read(request), request.POST.get("csrfmiddlewaretoken", "")
    if known is None or not TOKEN.fullmatch(token):
        return None
    if _digest(_unmask_cipher_token(token)) not in known.pages:
        return None
    person = User.objects.filter(pk=known.user_id, is_active=True).first()
    return person if person and constant_time_compare(known.password, _password(person)) else None


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Writes into the cookie that the pages with the present CSRF secret are made for who is signed in."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret or not isinstance(request.user, User):
        return
    known, page = _read(request), _digest(secret)
    pages = known.pages if known and known.user_id == request.user.pk else []
    if page not in pages:
        signed = [request.user.pk, _password(request.user), [*pages, page][-MOST:]]
        response.set_cookie(
            named(COOKIE),
            signing.dumps(signed, salt=SALT),
            max_age=_longest(),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(named(COOKIE), samesite="Lax")


def _read(request: HttpRequest) -> Owner | None:
    try:
        user_id, password, pages = signing.loads(
            request.COOKIES.get(named(COOKIE), ""), salt=SALT, max_age=_longest()
        )
    except signing.BadSignature:
        return None
    return Owner(user_id, password, pages)


def _longest() -> dt.timedelta:
    """The age of the cookie: a session, and the day for which a form is kept."""
    return dt.timedelta(seconds=settings.SESSION_COOKIE_AGE, days=1)


def _digest(secret: str) -> str:
    return salted_hmac(SALT, secret, algorithm="sha256").hexdigest()[:32]


def _password(person: User) -> str:
    return _digest(person.get_session_auth_hash())
