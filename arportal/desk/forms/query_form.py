"""Forms whose address says all that is asked, so that a report can be sent on, saved, and opened again."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict


class QueryForm(forms.Form):
    """Always bound: what the address does not say is as in `defaults`."""

    def __init__(self, data: QueryDict, defaults: Mapping[str, str]) -> None:
        self.defaults = dict(defaults)
        typed = {name: str(data.get(name) or "").strip() for name in self.base_fields}
        self.shown = self.defaults | {name: text for name, text in typed.items() if text}
        super().__init__(self.shown, use_required_attribute=False)

    def query(self, **changes: str) -> str:
        """The address's query with these changes, "" takes out; without what is as by default."""
        query = QueryDict(mutable=True)
        for name, value in (self.shown | changes).items():
            if value and value != self.defaults.get(name):
                query[name] = value
        return query.urlencode()
