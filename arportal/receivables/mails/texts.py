"""The subject and text of each kind of mail: a store's own, or the one we bring, with named places to fill in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Mail, MailText
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store


@dataclass(frozen=True, slots=True)
class Text:
    """A text with places such as `{company}`."""

    subject: str
    text: str


def our_text() -> Text:
    """The text of a statement that we bring, in the language that is active."""
    return Text(
        _("Statement of account from {store} as of {day}"),
        _(
            "Dear {company},\n\n"
            "please find attached your statement of account as of {day}.\n\n"
            "Balance: {balance}\n"
            "Overdue: {overdue}\n\n"
            "If a payment has crossed with this mail, please disregard the amount. If something does not agree"
            " with your records, please reply to this mail.\n\n"
            "Kind regards\n"
            "{store}"
        ),
    )


# Place → what stands there.
PLACES: dict[str, str | Promise] = {
    "company": _lazy("the company's name"),
    "store": _lazy("your name, as on documents"),
    "day": _lazy("the last day of the statement"),
    "balance": _lazy("the balance in each currency"),
    "overdue": _lazy("what of it is overdue, in each currency"),
}


def text_of(store: Store, kind: Mail.Kind) -> Text:
    """The one that counts now."""
    own = newest_text(store, kind)
    return Text(own.subject, own.text) if own and own.text else our_text()


def newest_text(store: Store, kind: Mail.Kind) -> MailText | None:
    return MailText.objects.filter(store=store, kind=kind).order_by("-id").select_related("saved_by").first()


def save_text(actor: Membership, kind: Mail.Kind, subject: str, text: str) -> None:
    """Empty ones bring ours back. Raises NotAllowed, Invalid."""
    require(actor, Permission.EDIT_MAIL_TEXTS)
    values = {"subject": subject.strip(), "text": text.strip()}
    problems = {name: [problem] for name, value in values.items() if (problem := problem_in(value, PLACES))}
    if any(values.values()):
        problems |= {name: [_("It cannot be empty.")] for name, value in values.items() if not value}
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        MailText.objects.create(store=actor.store, kind=kind, saved_by=actor, **values)
        words = _("Text of mails: %(kind)s") % {"kind": kind.label}
        record(actor, Kind.TEXT, words, details={"after": values})


def problem_in(text: str, places: Collection[str]) -> str:
    """The sentence that says why this cannot be filled in; empty if it can."""
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text)]
    except ValueError:
        return _("A { or } stands alone: a place is written such as {company}.")
    for name, spec, conversion in fields:
        if name is not None and (name not in places or spec or conversion):
            words = _("There is no place {%(name)s}. There are: %(places)s.")
            known = ", ".join(f"{{{place}}}" for place in places)
            return words % {"name": name, "places": known}
    return ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in. Names are only looked up: a text can reach nothing else."""
    return "".join(
        literal + (values[name] if name else "")
        for literal, name, _spec, _conversion in Formatter().parse(text)
    )
