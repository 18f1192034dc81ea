"""Setting methods, terms or credit holds of the selected companies: the wish, what would become of each, asking."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.administration.company_field import CompanyField
from arportal.desk.administration.forms import terms_choices
from arportal.desk.administration.payment_methods import PAYMENT_METHODS, catalogue
from arportal.desk.changes.facts import Fact, all_facts, method_titles
from arportal.desk.forms.change_form import SeenField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import selection
from arportal.desk.lists.lists import viewer_of
from arportal.desk.site.links import companies_batch_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import LONGEST
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.companies import together
from arportal.receivables.companies.kinds import KINDS
from arportal.receivables.companies.set_values import Values
from arportal.receivables.companies.together import Outlook
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

SWITCH, COPY, TERMS, COPY_TERMS, HOLD, RELEASE = "switch", "copy", "terms", "copy-terms", "hold", "release"
KIND_OF = {
    SWITCH: "methods",
    COPY: "methods",
    TERMS: "terms",
    COPY_TERMS: "terms",
    HOLD: "hold",
    RELEASE: "hold",
}
COPIES = (COPY, COPY_TERMS)
METHOD = "method-"
# So many rows of a preview are shown; all of them are sealed and counted.
SHOWN = 200


class WishForm(Keepable, forms.Form):
    """What is wanted for all of the companies; forms.css shows only the fields of what is chosen."""

    what = forms.ChoiceField(label=_lazy("What to do"), widget=Select)
    source = CompanyField(
        label=_lazy("Copy from"),
        help_text=_lazy("The name or the ID of the company that the others are to be like."),
    )
    days = forms.TypedChoiceField(
        label=_lazy("Payment terms"), coerce=int, empty_value=None, required=False, widget=Select
    )
    reason = forms.CharField(label=_lazy("Reason"), max_length=LONGEST, required=False, widget=Input())

    def __init__(self, data: FormData, request: DeskRequest) -> None:
        super().__init__(data)
        self.actor = request.actor
        whats: Any = self.fields["what"]
        whats.choices = [
            (what, words) for what, words in WHATS if may(self.actor, KINDS[KIND_OF[what]].permission)
        ]
        source: Any = self.fields["source"]
        source.offer_to(self.actor)
        days: Any = self.fields["days"]
        days.choices = terms_choices()
        for method in catalogue(viewer_of(request)):
            self.fields[f"{METHOD}{method.code}"] = forms.ChoiceField(
                label=str(method),
                choices=[("", _("as it is")), ("on", _("on")), ("off", _("off"))],
                required=False,
                widget=Select,
            )
        methods = [name for name in self.fields if name.startswith(METHOD)]
        self.order_fields(["what", *methods])

    @property
    def kind(self) -> str:
        return KIND_OF[self.cleaned_data["what"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        what = cleaned.get("what")
        if what and KINDS[KIND_OF[what]].needs_reason and not cleaned.get("reason"):
            self.add_error("reason", _("Give a reason: it is kept in the history."))
        if what == SWITCH and not any(value for name, value in cleaned.items() if name.startswith(METHOD)):
            self.add_error("what", _("Choose at least one method to switch."))
        if what in COPIES and not self.errors and self._copied() is None:
            self.add_error("source", _("Name a company of which this is known."))
        return cleaned

    def wanted(self) -> Values:
        """The values that all the companies are to have."""
        match self.cleaned_data["what"]:
            case "copy" | "copy-terms":
                return self._copied() or {}
            case "terms":
                return {"own_terms_days": self.cleaned_data["days"]}
            case "hold" | "release":
                return {"is_on_hold": self.cleaned_data["what"] == HOLD}
        return {
            name.removeprefix(METHOD): value == "on"
            for name, value in self.cleaned_data.items()
            if name.startswith(METHOD) and value
        }

    def _copied(self) -> Values | None:
        """The values of the company that is copied, if they are known."""
        source = self.cleaned_data.get("source")
        return KINDS[self.kind].known(self.actor, [source]).get(source) if source else None


WHATS = [
    (SWITCH, _lazy("Switch payment methods")),
    (COPY, _lazy("Copy one company's payment methods")),
    (TERMS, _lazy("Set payment terms")),
    (COPY_TERMS, _lazy("Copy one company's payment terms")),
    (HOLD, _lazy("Put credit on hold")),
    (RELEASE, _lazy("Release credit")),
]


class AskForm(forms.Form):
    """What was previewed, sealed: kind, reason, and for each company its values before and after."""

    batch = forms.UUIDField(widget=Input("hidden"))
    shown = SeenField("companies together")


class Preview:
    """The outcome for each company, and the form that asks for it. `undoes` is the batch that it takes back."""

    def __init__(
        self,
        actor: Membership,
        kind: str,
        reason: str,
        outlooks: Sequence[Outlook],
        undoes: uuid.UUID | None = None,
    ) -> None:
        self.actor, self.kind, self.reason, self.undoes = actor, kind, reason, undoes
        self.outlooks = sorted(outlooks, key=lambda each: (not each.refusal, not each.is_moved))
        self.moving = [each for each in outlooks if each.is_moved]
        self.refused = sum(bool(each.refusal) for each in outlooks)
        self.same = len(outlooks) - len(self.moving) - self.refused

    @property
    def sealed(self) -> str:
        rows = {str(each.company.api_id): [each.before, each.after] for each in self.moving}
        undoes = str(self.undoes) if self.undoes else ""
        content = {"kind": self.kind, "reason": self.reason, "rows": rows, "undoes": undoes}
        return Snapshot("companies together", 0, content).seal()

    @property
    def rows(self) -> list[tuple[Outlook, list[Fact]]]:
        """What would become of each, as the history tells of it."""
        titles = method_titles(self.actor)
        verb, store = KINDS[self.kind].verb.name, self.actor.store
        return [
            (
                each,
                all_facts(
                    self.actor, Change(store=store, verb=verb, before=each.before, after=each.after), titles
                ),
            )
            for each in self.outlooks[:SHOWN]
        ]


@page(Permission.HOLD_CREDIT, methods=("POST",), keeps=True)
def companies_together(request: DeskRequest) -> HttpResponse:
    """Asks what is wanted for the selected companies, then shows what would become of each. Changes nothing."""
    try:
        rows = selection.chosen(PAYMENT_METHODS, request)
    except selection.NotChosen as nothing:
        messages.error(request, str(nothing))
        return SeeOther(link("payment_methods", request.store.slug))
    companies: list[Company] = list(rows.order_by("name", "api_id")[: together.MOST + 1])
    first = "what" not in request.POST
    form = WishForm(None if first else request.POST, request)
    if len(companies) > together.MOST:
        words = _("At most %(most)d companies can be changed at once. Narrow the list with a filter.")
        messages.error(request, words % {"most": together.MOST})
        return SeeOther(link("payment_methods", request.store.slug))
    if not form.is_valid():
        context = {"list": PAYMENT_METHODS, "form": form, "picked": companies}
        return render(request, "administration/together.html", context, status=422 if form.errors else 200)
    wanted = dict.fromkeys((company.api_id for company in companies), form.wanted())
    outlooks = together.outlooks(request.actor, form.kind, companies, wanted)
    preview = Preview(request.actor, form.kind, form.cleaned_data["reason"], outlooks)
    return render_preview(request, preview, uuid.uuid4())


def render_preview(
    request: DeskRequest,
    preview: Preview,
    batch: uuid.UUID,
    *,
    undoes: object = None,
    problem: str = "",
) -> HttpResponse:
    """The page that asks whether it is to be done, under the id `batch`."""
    context = {
        "list": PAYMENT_METHODS,
        "preview": preview,
        "outlooks": preview.rows,
        "ready": len(preview.moving),
        "total": len(preview.outlooks),
        "batch": batch,
        "undoes": undoes,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "administration/together_preview.html", context, status=status)


@page(Permission.HOLD_CREDIT, methods=("POST",))
def ask_together(request: DeskRequest) -> HttpResponse:
    """Asks for what was previewed, and goes to the page that follows it; a refusal shows the preview as it is now."""
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is out of date. Select the companies again."))
        return SeeOther(link("payment_methods", request.store.slug))
    shown, batch = form.cleaned_data["shown"], form.cleaned_data["batch"]
    rows = {int(api_id): (before, after) for api_id, (before, after) in shown["rows"].items()}
    try:
        together.ask_together(request.actor, batch, shown["kind"], rows, shown["reason"])
    except Invalid as refused:
        problem = str(refused)
    else:
        return SeeOther(companies_batch_link("companies_batch", request.store.slug, batch))
    if shown["undoes"]:
        messages.error(request, problem)
        undone = uuid.UUID(shown["undoes"])
        return SeeOther(companies_batch_link("undo_companies_batch", request.store.slug, undone))
    companies = Company.objects.visible_to(request.actor).filter(api_id__in=rows).order_by("name", "api_id")
    wanted = {api_id: after for api_id, (_before, after) in rows.items()}
    outlooks = together.outlooks(request.actor, shown["kind"], list(companies), wanted)
    preview = Preview(request.actor, shown["kind"], shown["reason"], outlooks)
    return render_preview(request, preview, uuid.uuid4(), problem=problem)
