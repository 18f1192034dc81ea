"""Files that leave the store, written down where every page passes: none can be forgotten."""

from collections.abc import Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity, Membership

LISTS = (".csv", ".xlsx")
LONGEST_QUERY = 2000


def record_file(
    actor: Membership, request: HttpRequest, ids: Mapping[str, Any], response: HttpResponseBase
) -> None:
    """Does nothing with an answer that is no file to be kept. `ids` are those of the address."""
    header = response.headers.get("Content-Disposition", "")
    if request.method == "HEAD" or response.status_code != 200 or not header.startswith("attachment"):
        return
    name = _file_name(header)
    about = next((kind for kind in Activity.About.values if f"{kind}_id" in ids), "")
    record(
        actor,
        Kind.EXPORT if name.endswith(LISTS) else Kind.DOWNLOAD,
        name,
        company_id=ids.get("company_id"),
        about=about,
        about_id=ids.get(f"{about}_id"),
        details={"address": request.path, "query": request.GET.urlencode()[:LONGEST_QUERY]},
    )


def _file_name(header: str) -> str:
    message = Message()
    message["Content-Disposition"] = header
    return collapse_rfc2231_value(message.get_filename() or "")
