"""One bank line: what it may be, and saying what it is. Enter takes the suggestion and goes on to the next line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.bank.door import bank_page
from arportal.desk.bank.line_forms import AcceptForm, IgnoreForm, choice_of
from arportal.desk.format.formats import formatter
from arportal.desk.lists.cells import anchor, markup
from arportal.desk.site.links import change_link, link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables.allocation.duplicates import Duplicate, likely_duplicates
from arportal.receivables.bank.uses import ignore
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.matching.accept import accept, payment_of, write_off_rest
from arportal.receivables.matching.suggestion import Suggestion, Suggestions
from arportal.receivables.matching.suggestions import suggest
from arportal.receivables.models import BankLine, BankUse, Change
from arportal.stores.access import Permission, may


@dataclass(frozen=True)
class Choice:
    """A suggestion on the page; `key` chooses it."""

    key: int
    value: str
    suggestion: Suggestion
    total: Money
    short: Money
    over: Money
    is_chosen: bool


@bank_page()
def bank_line(request: DeskRequest, line_id: int) -> HttpResponse:
    line = get_line_or_404(request, line_id)
    return show(request, line, AcceptForm(None), IgnoreForm(None))


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_accept(request: DeskRequest, line_id: int) -> HttpResponse:
    """Records the line as the chosen payment, and leads on to the next open line."""
    line = get_line_or_404(request, line_id)
    if request.method != "POST":
        return SeeOther(link("bank_line", request.store.slug, line.pk))
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return show(request, line, form, IgnoreForm(None))
    acceptance = form.acceptance(line)
    try:
        change = accept(request.actor, form.cleaned_data["change_id"], acceptance)
    except Company.DoesNotExist:
        raise Http404(_("There is no such company.")) from None
    except Invalid as broken:
        form.refused(broken)
        payment = payment_of(request.actor, line, acceptance.company_id, acceptance.allocations)
        duplicates = likely_duplicates(request.actor, payment, form.cleaned_data["change_id"])
        return show(request, line, form, IgnoreForm(None), duplicates)
    if change.state == Change.State.REFUSED:
        form.refused(Invalid({"": [change.error]}))
        return show(request, line, form, IgnoreForm(None))
    messages.success(request, _told(request, change))
    if form.cleaned_data["write_off"]:
        _write_off(request, change)
    return SeeOther(next_link(request, line))


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_ignore(request: DeskRequest, line_id: int) -> HttpResponse:
    """Leaves the line out, and leads on to the next open one."""
    line = get_line_or_404(request, line_id)
    if request.method != "POST":
        return SeeOther(link("bank_line", request.store.slug, line.pk))
    form = IgnoreForm(request.POST)
    if form.is_valid():
        try:
            ignore(request.actor, form.cleaned_data["change_id"], line.pk, form.cleaned_data["reason"])
        except Invalid as broken:
            form.refused(broken)
        else:
            back = anchor(link("bank_line", request.store.slug, line.pk), _("See it"))
            messages.success(request, markup("{} {}", _("The line is left out."), back))
            return SeeOther(next_link(request, line))
    return show(request, line, AcceptForm(None), form)


@bank_page()
def bank_next(request: DeskRequest) -> HttpResponse:
    """Leads to the first open line, the oldest first; to the list when there is none."""
    return SeeOther(next_link(request, None))


def next_link(request: DeskRequest, line: BankLine | None) -> str:
    """The next open line after this one, round to the first again; the list, when nothing else is open."""
    rows = BankLine.objects.visible_to(request.actor).open().order_by("value_on", "pk")
    following = None
    if line is not None:
        rows = rows.exclude(pk=line.pk)
        later = Q(value_on__gt=line.value_on) | Q(value_on=line.value_on, pk__gt=line.pk)
        following = rows.filter(later).values_list("pk", flat=True).first()
    following = following or rows.values_list("pk", flat=True).first()
    slug = request.store.slug
    return link("bank_line", slug, following) if following else link("bank", slug)


def get_line_or_404(request: DeskRequest, line_id: int) -> BankLine:
    rows = BankLine.objects.visible_to(request.actor).with_left().select_related("account", "file")
    line = rows.filter(pk=line_id).first()
    if line is None:
        raise Http404(_("There is no such line of a bank statement."))
    return line


def show(
    request: DeskRequest,
    line: BankLine,
    form: AcceptForm,
    ignoring: IgnoreForm,
    duplicates: Sequence[Duplicate] = (),
) -> HttpResponse:
    """The page of the line, with payments that look like the one that was just refused."""
    is_open = line.amount > 0 and line.left > 0
    found = suggest(request.actor, [line])[line.pk] if is_open else Suggestions(line, ())
    wrong = form.errors or ignoring.errors
    context = {
        "line": line,
        "is_open": is_open,
        "is_short": any(item.short for item in found.items),
        "choices": list(choices(found, str(form["choice"].value() or ""))),
        "notes": found.notes,
        "form": form,
        "ignoring": ignoring,
        "duplicates": duplicates,
        "uses": list(uses(request, line)),
        "next": next_link(request, line),
        "by_hand": f"{link('record_payment', request.store.slug)}?{urlencode({'bank_line': line.pk})}",
        "still_open": BankLine.objects.visible_to(request.actor).open().count(),
    }
    return render(request, "bank/line.html", context, status=422 if wrong else 200)


def choices(found: Suggestions, chosen: str) -> Iterator[Choice]:
    """The suggestions by the digits that choose them; the first one is chosen unless another was."""
    values = [choice_of(suggestion) for suggestion in found.items]
    at = values.index(chosen) if chosen in values else 0
    for index, suggestion in enumerate(found.items):
        currency = found.line.currency
        yield Choice(
            key=index + 1,
            value=values[index],
            suggestion=suggestion,
            total=Money(suggestion.total, currency),
            short=Money(suggestion.short, currency),
            over=Money(suggestion.over, currency),
            is_chosen=index == at,
        )


def uses(request: DeskRequest, line: BankLine) -> Iterator[dict[str, Any]]:
    """What became of the line so far, with the way to take each back."""
    slug = request.store.slug
    standing = set(BankUse.objects.standing().filter(line=line).values_list("pk", flat=True))
    may_delete = may(request.actor, Permission.DELETE_PAYMENT)
    visible = Company.objects.visible_to(request.actor)
    of_line = visible.filter(api_id__in=line.uses.values("company_id"))
    names = dict(of_line.values_list("api_id", "name"))
    for use in line.uses.select_related("change", "money", "actor__user").order_by("at"):
        undo = ""
        if use.pk in standing and (use.kind == BankUse.Kind.IGNORED or (may_delete and use.money)):
            undo = link("bank_take_back", slug, use.pk)
        elif use.pk in standing and may_delete and use.change is not None and use.change.target_id:
            undo = link("payment_delete", slug, use.change.target_id)
        yield {
            "use": use,
            "amount": Money(use.amount, line.currency),
            "company": names.get(use.company_id or 0, ""),
            "stands": use.pk in standing,
            "undo": undo,
        }


def _told(request: DeskRequest, change: Change) -> str:
    amount = formatter().amount(Money(change.amount or 0, change.currency))  # type: ignore[arg-type]
    words = (
        _("Recorded: %(amount)s.") if change.state == Change.State.APPLIED else _("Asked for: %(amount)s.")
    )
    told = anchor(change_link(request.store.slug, change.pk), _("See it"))
    return markup("{} {}", words % {"amount": amount}, told)


def _write_off(request: DeskRequest, change: Change) -> None:
    try:
        made = write_off_rest(request.actor, change)
    except Invalid as broken:
        messages.warning(request, _("The rest stays open: %(reason)s") % {"reason": broken})
        return
    waiting = [each for each in made if each.state == Change.State.WAITING]
    refused = [each.error for each in made if each.state == Change.State.REFUSED]
    if refused:
        messages.warning(request, _("The rest stays open: %(reason)s") % {"reason": refused[0]})
    elif waiting:
        messages.info(request, _("Writing off the rest waits for a second person."))
    elif made:
        messages.success(request, _("The rest is written off."))
