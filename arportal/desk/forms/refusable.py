"""Forms that come back with the reasons why they were refused."""

from collections.abc import Mapping

from django import forms


class Refusable(forms.Form):
    """A form whose refusal by the rules stands where its own would: beside the field, or above the form."""

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field; those without a field stand above the form."""
        for name, words in reasons.items():
            self.add_error(name if name in self.fields else None, words)

    def top_reasons(self) -> list[str]:
        """The reasons that stand above the form because they have no visible field."""
        hidden = [reason for field in self.hidden_fields() for reason in field.errors]
        return list(dict.fromkeys([*self.non_field_errors(), *hidden]))

    @property
    def http_status(self) -> int:
        """The HTTP status of the page that shows the form."""
        return 422 if self.is_bound and self.errors else 200
