"""ETags: of what was sent, for If-None-Match; and of what a thing is, for If-Match.

The ETag of one thing has two parts, `digest.snapshot`. The digest is of the bytes that were sent. The snapshot is
what a change must still find so, signed, the same as a page's form carries (receivables/changes/snapshot.py): so the
server keeps nothing for a client that may come back tomorrow, and can tell both versions when they differ.
"""

import hashlib
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from arportal.rest.problems import Problem

SALT = "rest snapshot"


def digest_of(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def sealed(kind: str, api_id: int, values: Any) -> str:
    """Unlike Snapshot.seal without the time: the same thing twice has the same ETag."""
    return signing.Signer(salt=SALT).sign_object([kind, api_id, values], compress=True)


def unsealed(etag: str, kind: str, api_id: int) -> Any:
    """The values in an ETag that we made of this thing. Raises Problem."""
    text = etag.removeprefix("W/").strip('"').partition(".")[2]
    try:
        named, of, values = signing.Signer(salt=SALT).unsign_object(text)
    except (signing.BadSignature, ValueError):
        named, of, values = "", 0, None
    if (named, of) != (kind, api_id):
        words = _("If-Match has to be the ETag of %(kind)s %(api_id)s, as a GET of it answered.")
        raise Problem(412, "wrong-etag", words % {"kind": kind, "api_id": api_id})
    return values


def is_unchanged(request: HttpRequest, etag: str) -> bool:
    """True if the client has just this already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag.removeprefix("W/") in [each.removeprefix("W/") for each in known]
