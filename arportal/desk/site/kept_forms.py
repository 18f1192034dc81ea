"""Forms that were sent without a session: what was typed in them, encrypted, a day at most, for their person alone.

Who it was and that the form is ours says `page_owner`; how it is shown once more says `shown_again`.
"""

import datetime as dt
import json
import re
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from arportal.desk.models import KeptForm
from arportal.stores.models import User
from arportal.stores.tokens import TokenUnreadable, decrypt, encrypt

# In the address of a page: which kept form it is to show.
KEPT = "kept"
LONGEST = dt.timedelta(days=1)
# So many of a person, the oldest make room; and so much of each, as it came: an amount for each of 20,000 invoices.
MOST, LARGEST, LONGEST_PATH = 5, 500_000, 500
SECRET = re.compile("token|password|secret", re.IGNORECASE)


def keep(request: HttpRequest, person: User) -> str | None:
    """Keeps the form that came with this request. The address that shows it again; None if it is too large.

    Neither files nor anything that is named like a secret is kept; a form of the same address takes the place
    of the one before it.
    """
    typed = [(name, values) for name, values in request.POST.lists() if not SECRET.search(name)]
    content = {"query": request.META.get("QUERY_STRING", ""), "fields": urlencode(typed, doseq=True)}
    text, page = json.dumps(content), page_of(request)
    if len(text) > LARGEST or max(len(request.path), len(page)) > LONGEST_PATH:
        return None
    own = KeptForm.objects.filter(user=person)
    kept, _is_new = own.update_or_create(
        user=person, path=request.path, defaults={"page": page, "content": encrypt(text)}
    )
    newest = own.order_by("-kept_at", "pk").values_list("pk", flat=True)[:MOST]
    own.exclude(pk__in=list(newest)).delete()
    return address(kept, content["query"])


def find(person: User, key: str, path: str) -> QueryDict | None:
    """The fields that this person typed in the form at this path; None for anybody else, and when it is gone."""
    try:
        kept = _valid(person).filter(pk=UUID(key), path=path).first()
    except ValueError:
        return None
    content = _content(kept) if kept else None
    return QueryDict(content["fields"]) if content else None


def newest_of(person: User) -> str | None:
    """The address of the form that the person has kept last."""
    kept = _valid(person).order_by("-kept_at").first()
    content = _content(kept) if kept else None
    return address(kept, content["query"]) if kept and content else None


def sent(person: User, path: str) -> None:
    """Forgets a form at this path, or on the page of this path: it has been sent after all."""
    own = KeptForm.objects.filter(user=person)
    (own.filter(path=path) | own.filter(page=path)).delete()


def address(kept: KeptForm, query: str) -> str:
    """The address that shows the form again."""
    address = QueryDict(query, mutable=True)
    address[KEPT] = str(kept.pk)
    return f"{kept.path}?{address.urlencode()}"


def page_of(request: HttpRequest) -> str:
    """The path of our page on which the form stood, as the browser tells; else where it was sent to."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure()):
        return request.path
    return f"/{told.partition('://')[2].partition('/')[2]}".partition("#")[0].partition("?")[0]


def can_be_opened(path: str) -> bool:
    """True if this is a page of a store that a link may lead to; some are answers to a form only."""
    try:
        return "GET" in getattr(resolve(path).func, "methods", ())
    except Resolver404:
        return False


def forget_old(now: dt.datetime) -> None:
    KeptForm.objects.filter(kept_at__lte=now - LONGEST).delete()


def _valid(person: User) -> QuerySet[KeptForm]:
    return KeptForm.objects.filter(user=person, kept_at__gt=timezone.now() - LONGEST)


def _content(kept: KeptForm) -> dict[str, str] | None:
    """The query of the address and the fields; None when they were encrypted with a key no longer in use."""
    try:
        content: dict[str, str] = json.loads(decrypt(kept.content))
    except TokenUnreadable:
        return None
    return content
