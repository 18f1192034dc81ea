"""The markup of cells, which are made by the hundred: nested template tags would be four times slower.

HTML is written in Python here and in tables.py, and nowhere else but in forms/widgets.py
(tests/house/test_html_in_python.py). What is made by the hundred is a SafeString at once: `mark_safe` looks first
whether the text is lazy, which takes longer than most cells.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format import statuses
from arportal.desk.format.formats import Formatter
from arportal.desk.format.icons import icon
from arportal.mirror.models import InvoiceState
from arportal.receivables.matching.suggestion import Tier
from arportal.receivables.models import Dispute, MailRecipient, PromiseToPay

NOTHING = mark_safe('<span class="muted">\u2013</span>')
# Not even the dash that an empty cell gets.
BLANK = mark_safe(" ")


def escaped(value: object) -> str:
    """The value as markup: safe strings as they are, all else escaped."""
    return value if isinstance(value, SafeString) else escape(str(value))


def markup(template: str, *values: object) -> SafeString:
    """The template's {} filled with the escaped values: format_html without its care for lazy strings."""
    # The templates are our own, and every value in them is escaped or safe.
    return SafeString(template.format(*[escaped(value) for value in values]))


def joined(*parts: SafeString) -> SafeString:
    """The parts one after the other."""
    return SafeString("".join(parts))  # Each of them is safe.


def anchor(url: str, words: object) -> SafeString:
    """A link."""
    return markup('<a href="{}">{}</a>', url, words)


def titled_anchor(url: str, words: str) -> SafeString:
    """A link whose words, which the column may cut off, are also its title."""
    return markup('<a href="{}" title="{}">{}</a>', url, words, words)


def nowrap_anchor(url: str, words: str) -> SafeString:
    """A link that is never broken into two lines."""
    return markup('<a class="nowrap" href="{}">{}</a>', url, words)


def muted(words: object) -> SafeString:
    return markup('<span class="muted">{}</span>', words)


def muted_with_title(words: str, title: str) -> SafeString:
    return markup('<span class="muted" title="{}">{}</span>', title, words)


def late(words: str) -> SafeString:
    """Words in the colour of what is overdue."""
    return markup('<span class="late">{}</span>', words)


def with_title(words: str, title: str) -> SafeString:
    return markup('<span title="{}">{}</span>', title, words)


def flag(icon_name: str, words: str) -> SafeString:
    """An icon alone; its words are its title, and told to those who do not see it."""
    return markup(
        '<span class="flag" title="{}">{}<span class="visually-hidden">{}</span></span>',
        words,
        icon(icon_name, 14),
        words,
    )


def two_lines(url: str, words: str, *under: str, wraps: bool = False) -> SafeString:
    """A link, and below it on narrow screens what their hidden columns would say. Names may be long: they wrap."""
    below = "".join([f"<div>{escaped(line)}</div>" for line in under if line])
    css = "" if wraps else ' class="nowrap"'
    first = f'<div{css}><a href="{url}">{escaped(words)}</a></div>'
    # Addresses are our own: they hold nothing to escape.
    return SafeString(f'{first}<div class="under only-narrow">{below}</div>')  # The words are escaped.


def with_below(first: str, below: str) -> SafeString:
    """`below` is shown under `first` while its own column has no room."""
    return markup('{}<span class="under beside">{}</span>', first, below) if below else markup("{}", first)


def with_under(first: SafeString, under: str, css_class: str = "under") -> SafeString:
    """`under` on a line of its own below `first`, on every screen."""
    return markup('{}<span class="{}">{}</span>', first, css_class, under)


def with_narrow_lines(first: SafeString | str, under: Iterable[str]) -> SafeString:
    """`first`, and below it on narrow screens the lines that hidden columns would say."""
    below = [markup('<span class="under only-narrow">{}</span>', line) for line in under]
    # In a box of its own, or a link would stand in the text that is hidden beside it.
    return joined(markup("<div>{}</div>", first), *below)


def lines(parts: list[SafeString]) -> SafeString:
    """The parts under one another."""
    return joined(*[markup('<span class="d-block">{}</span>', part) for part in parts])


def outcome(icon_name: str, words: str, css_class: str = "") -> SafeString:
    """The outcome for a row; the class is one of queue.css."""
    css_class = f"outcome {css_class}".strip()
    return markup('<span class="{}">{} {}</span>', css_class, icon(icon_name, 14), words)


def money(amount: Money, write: Formatter) -> SafeString:
    """The figure with its currency code in small muted type after it."""
    code = f'<span class="code">{escape(amount.currency)}</span>'
    return SafeString(f'<span class="money">{write.figure(amount)} {code}</span>')  # A figure is digits.


@lru_cache(maxsize=1024)
def pill(style: statuses.Style, words: str) -> SafeString:
    """A state as word, icon and colour together."""
    css_class, icon_name = style
    return markup('<span class="pill {}">{} {}</span>', css_class, icon(icon_name, 14), words)


def invoice_pill(state: InvoiceState) -> SafeString:
    return _invoice_pill(state, get_language())


# To translate a label costs more than all else about the pill.
@lru_cache(maxsize=256)
def _invoice_pill(state: InvoiceState, language: str | None) -> SafeString:
    return pill(statuses.INVOICE_STYLES.get(state, statuses.UNKNOWN), str(state.label))


def payment_pill(status: int) -> SafeString:
    return pill(statuses.PAYMENT_STYLES.get(status, statuses.UNKNOWN), statuses.payment_words(status))


def receipt_pill(transaction_type: str) -> SafeString:
    style = statuses.RECEIPT_STYLES.get(transaction_type.lower(), statuses.UNKNOWN)
    return pill(style, statuses.receipt_words(transaction_type))


def change_pill(state: str) -> SafeString:
    return pill(statuses.CHANGE_STYLES[state], str(statuses.CHANGE_WORDS[state]))


def mail_pill(state: str) -> SafeString:
    return pill(statuses.MAIL_STYLES[state], str(MailRecipient.State(state).label))


def company_pill(status: int) -> SafeString:
    return pill(statuses.COMPANY_STYLES.get(status, statuses.UNKNOWN), statuses.company_words(status))


def promise_pill(state: str) -> SafeString:
    return pill(statuses.PROMISE_STYLES[state], str(PromiseToPay.State(state).label))


def dispute_pill(outcome: str) -> SafeString:
    words = str(Dispute.Outcome(outcome).label) if outcome else _("Open")
    return pill(statuses.DISPUTE_STYLES[outcome], words)


def tier_pill(tier: str) -> SafeString:
    return pill(statuses.TIER_STYLES[tier], str(Tier(tier).label))


def button_link(url: str, words: str, css_class: str, about: str) -> SafeString:
    """A link that looks like a button; `about` is told to those who do not see in which row it stands."""
    named = markup('{}<span class="visually-hidden"> {}</span>', words, about)
    return markup('<a class="{}" href="{}">{}</a>', css_class, url, named)


def button(name: str, value: object, words: str, css_class: str, about: str) -> SafeString:
    """A button that sends `name` and `value` with the form it stands in."""
    named = markup('{}<span class="visually-hidden"> {}</span>', words, about)
    return markup('<button class="{}" name="{}" value="{}">{}</button>', css_class, name, value, named)


def menu(buttons: SafeString, label: str) -> SafeString:
    """Buttons behind three dots."""
    return markup(
        '<details class="menu"><summary class="btn btn-plain btn-sm" aria-label="{}">{}</summary>'
        '<div class="menu-sheet">{}</div></details>',
        label,
        icon("ellipsis", 14),
        buttons,
    )


def row_form(url: str, hidden: Mapping[str, object], buttons: SafeString) -> SafeString:
    """A form in a row, whose answer by htmx takes the place of that row."""
    fields = [markup('<input type="hidden" name="{}" value="{}">', *field) for field in hidden.items()]
    return markup(
        '<form class="row-actions" method="post" action="{}" hx-post="{}" hx-target="closest tr"'
        ' hx-swap="outerHTML" hx-push-url="false" hx-disabled-elt="find button" data-once>{}{}</form>',
        url,
        url,
        joined(*fields),
        buttons,
    )


def plain_form(url: str, hidden: Mapping[str, object], buttons: SafeString) -> SafeString:
    """A form in a row, whose answer is a page."""
    fields = [markup('<input type="hidden" name="{}" value="{}">', *field) for field in hidden.items()]
    return markup(
        '<form class="row-actions" method="post" action="{}" data-once>{}{}</form>',
        url,
        joined(*fields),
        buttons,
    )
