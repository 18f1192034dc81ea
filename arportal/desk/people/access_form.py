"""The form of what a member may see and do: a role, and every company or some, one a line."""

import re
from collections.abc import Collection, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.models import Company
from arportal.stores.models import Invitation, Membership, Role
from arportal.stores.people import Access

ALL, FAMILIES, CHOSEN = "all", "families", "chosen"
# "12", "Paper & Co (12)", and "(12)" of a company that the store no longer has.
NUMBER = re.compile(r"(?:.*\()?(\d{1,18})\)?")


class AccessForm(Keepable, Refusable):
    role = forms.ChoiceField(label=_lazy("Role"), choices=Role.choices, widget=Select)
    sees = forms.ChoiceField(
        label=_lazy("Sees"),
        choices=[
            (ALL, _lazy("Every company")),
            (FAMILIES, _lazy("Companies with subsidiaries")),
            (CHOSEN, _lazy("Only chosen companies")),
        ],
        initial=ALL,
        widget=Select,
    )
    companies = forms.CharField(
        label=_lazy("Companies"),
        help_text=_lazy("One a line: its name, or its number. Empty for who sees every company."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"class": "form-control", "rows": 6}),
    )

    def __init__(self, data: FormData, actor: Membership, row: Membership | Invitation | None = None) -> None:
        self.actor, self.row = actor, row
        initial = None
        if row is not None:
            chosen = chosen_of(row)
            names = Company.objects.visible_to(actor).names(chosen)
            lines = sorted(f"{names.get(api_id, '')} ({api_id})".strip() for api_id in chosen)
            restricted = FAMILIES if row.families else CHOSEN
            initial = {
                "role": row.role,
                "sees": ALL if row.all_companies else restricted,
                "companies": "\n".join(lines),
            }
        super().__init__(data, initial=initial, use_required_attribute=False)

    def clean_companies(self) -> list[int]:
        lines = lines_of(self.cleaned_data["companies"])
        # What of them is not known, nobody has to take out before anything else can be saved.
        if self.data.get("sees") == ALL:
            return []
        return companies_named(self.actor, lines, chosen_of(self.row) if self.row else ())

    def access(self) -> Access:
        sees, companies = self.cleaned_data["sees"], tuple(self.cleaned_data["companies"])
        return Access(
            role=self.cleaned_data["role"],
            all_companies=sees == ALL,
            company_ids=companies if sees == CHOSEN else (),
            families=companies if sees == FAMILIES else (),
        )


class InviteForm(AccessForm):
    email = forms.EmailField(label=_lazy("E-mail address"), widget=Input("email"))
    field_order = ("email", "role", "sees", "companies")


def chosen_of(row: Membership | Invitation) -> list[int]:
    """The companies somebody chose, without the subsidiaries that came with them."""
    return row.families or row.company_ids


def lines_of(text: str) -> list[str]:
    """The lines that say something, each once."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in dict.fromkeys(lines) if line]


def companies_named(actor: Membership, lines: Sequence[str], kept: Collection[int] = ()) -> list[int]:
    """The companies that the lines name. Raises ValidationError with the lines that name none, or several."""
    numbers = {line: int(match[1]) for line in lines if (match := NUMBER.fullmatch(line))}
    companies = Company.objects.visible_to(actor)
    known = {*companies.filter(api_id__in=numbers.values()).ids(), *kept}
    named: dict[str, set[int]] = {}
    # Names as the list of companies finds them would be too generous here: they must be whole.
    for api_id, name in companies.values_list("api_id", "name") if len(numbers) < len(lines) else ():
        named.setdefault(" ".join(name.split()).casefold(), set()).add(api_id)
    ids: list[int] = []
    problems: list[str] = []
    for line in lines:
        matching = {numbers[line]} if numbers.get(line) in known else named.get(line.casefold(), set())
        if len(matching) == 1:
            ids.extend(matching)
        elif matching:
            problems.append(_("Several companies are called %(name)s: write its number.") % {"name": line})
        else:
            problems.append(_("There is no company %(name)s.") % {"name": line})
    if problems:
        raise forms.ValidationError(problems)
    return list(dict.fromkeys(ids))
