"""The base of the forms by which an admin sets values: see receivables/companies/set_values.py."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.change_form import ChangeForm, ReasonField, SeenField
from arportal.desk.forms.form_data import FormData
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.changes.verb import Verb
from arportal.receivables.companies.set_values import EXTRA, SetValues, Values, extra_of
from arportal.stores.models import Membership, Store


class SeenForm(ChangeForm):
    """A form about values of a company or a buyer as they were shown, with a reason. `known` are the values as they
    are known now."""

    verb: ClassVar[type[Verb[Any]]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise] = _lazy("Save")

    seen = SeenField("")
    reason = ReasonField()

    def __init__(self, data: FormData, actor: Membership, row: Company | Buyer, known: Values) -> None:
        self.actor = actor
        self.row = row
        super().__init__(data, initial={"seen": self.sealed(known), **self.initial_of(known)})
        seen: Any = self.fields["seen"]
        seen.kind, seen.api_id = self.verb.name, row.api_id

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        """Form field → what stands in it at first."""
        return known

    def sealed(self, known: Values) -> str:
        return Snapshot(self.verb.name, self.row.api_id, known).seal()

    def refused(self, broken: Invalid) -> None:
        super().refused(broken)
        if isinstance(broken, Conflict) and broken.now is not None:
            self.take_over(self.initial_of(self.cleaned_data["seen"]), self.initial_of(broken.now))
            self.again(seen=self.sealed(broken.now))


class ValuesForm(SeenForm):
    """Sets those values that the person changes."""

    verb: ClassVar[type[SetValues[Any]]]
    hint: ClassVar[str | Promise] = ""

    def __init__(self, data: FormData, actor: Membership, row: Company | Buyer, known: Values) -> None:
        super().__init__(data, actor, row, known)
        self.complete(known)
        values = [name for name in self.fields if name != "reason"]
        self.order_fields([*values, "reason"])

    def complete(self, known: Values) -> None:
        """Adds the fields and choices that depend on the company."""

    def wanted(self) -> Values:
        """The values as the person wants them, of a valid form."""
        # Forms have a metaclass of their own, beside which there is none for abstract methods.
        raise NotImplementedError

    def filled(self) -> SetValues[Any]:
        return self.verb.fill(
            actor=self.actor,
            change_id=self.cleaned_data["change_id"],
            target_id=self.row.api_id,
            seen=self.cleaned_data["seen"],
            wanted=self.wanted(),
            reason=self.cleaned_data["reason"],
        )

    def done(self, company: Company) -> str:
        """The words that say so."""
        return _("%(what)s of %(company)s saved.") % {"what": self.title, "company": company}


def add_extra_fields(form: ChangeForm, store: Store, of: str) -> None:
    """The fields that the merchant has added to companies or users."""
    form.fields.update(extra_field_forms.form_fields(extra_field_forms.extra_fields_of(store, of)))


def initial_of_extra(known: Values) -> Values:
    """The values by the names of the form's fields."""
    return known | {f"{extra_field_forms.PREFIX}{name}": text for name, text in extra_of(known).items()}


def given_extra(cleaned: Mapping[str, Any], seen: Values) -> Values:
    """The merchant's fields, but for those that are not there yet and stay empty."""
    given = {f"{EXTRA}{name}": text for name, text in extra_field_forms.given(cleaned).items()}
    return {name: text for name, text in given.items() if text or name in seen}
