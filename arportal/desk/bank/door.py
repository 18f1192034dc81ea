"""The door to the pages of bank statements: they name every customer, so they are for who sees every company."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from arportal.desk.site.pages import DeskRequest, View, page
from arportal.receivables.bank.access import require_every_company
from arportal.stores.access import Permission


def bank_page(permission: Permission = Permission.MATCH_BANK, **more: Any) -> Callable[[View], View]:
    """`pages.page`, and 403 for who sees some companies only."""

    def decorate(view: View) -> View:
        @wraps(view)
        def for_every_company(request: DeskRequest, *ids: Any, **named_ids: Any) -> HttpResponseBase:
            require_every_company(request.actor)
            return view(request, *ids, **named_ids)

        return page(permission, **more)(for_every_company)

    return decorate
