"""Filters of lists: forms over the address bar, whose every active part can be taken off by itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django import forms
from django.http import QueryDict

from arportal.desk.links import link
from arportal.desk.tables import Seen


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter in words, with the address of the same list without it."""

    label: str
    words: str
    url: str


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """A FilterSet that knows who looks (`self.seen`). Only declared names are read from the address."""

    # Field → page that suggests words for it, into the datalist whose id is that page's name.
    suggestions: ClassVar[dict[str, str]] = {}
    # Filters the page shows in another way, such as tabs: no chip.
    without_chip: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: QueryDict, queryset: Any, *, seen: Seen) -> None:
        self.seen = seen
        super().__init__(data, queryset)
        for name, page in self.suggestions.items():
            self.form.fields[name].widget.attrs.update(_suggesting(page, link(page, seen.slug)))

    def query(self, **changes: str | None) -> QueryDict:
        """The filter's part of the address with some names changed, or taken out (None)."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            if name in self.data and name not in changes:
                query.setlist(name, [value for value in self.data.getlist(name) if value])
        query.update({name: value for name, value in changes.items() if value})
        return query

    def chips(self, address: Callable[..., str]) -> Iterator[Chip]:
        """`address(name="")` is where the list is without that filter."""
        for name, field in self.form.fields.items():
            raw = self.data.get(name)
            if raw and name not in self.without_chip:
                yield Chip(str(field.label), _words(field, raw), f"?{address(**{name: ''})}")

    def problems(self) -> list[str]:
        """What cannot be understood in the address, in words."""
        return [
            f"{self.form.fields[name].label}: {' '.join(errors)}" for name, errors in self.form.errors.items()
        ]


def _words(field: forms.Field, raw: str) -> str:
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(raw, raw))


def _suggesting(page: str, url: str) -> dict[str, str]:
    return {
        "list": page,
        "hx-get": url,
        "hx-trigger": "focus once, input changed delay:200ms",
        "hx-target": f"#{page}",
        "hx-swap": "innerHTML",
        "hx-push-url": "false",
    }
