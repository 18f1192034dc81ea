"""Asked just before a mail is sent: is it still to be sent?

A mail may wait for hours, and what it says be no longer so. Each kind of mail may register one function that looks
again; it may read from the API, for no transaction is open. Without one, mails of the kind go as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from arportal.receivables.models import Mail


@dataclass(frozen=True, slots=True)
class Send:
    """It is sent as it is."""


@dataclass(frozen=True, slots=True)
class Drop:
    """It is not sent at all; the reason is shown in the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It cannot be told now, as when the store does not answer; asked again in so many seconds."""

    reason: str
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Instead:
    """This in its place, because its figures changed: the old one is dropped with the reason, the new one kept as a
    mail of its own, asked about again and sent."""

    reason: str
    subject: str
    text: str
    html: str
    invoice_ids: tuple[int, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


Answer = Send | Drop | Later | Instead
Check = Callable[[Mail], Answer]
_checks: dict[str, Check] = {}


def before_sending(kind: Mail.Kind, check: Check) -> None:
    """Registers the function that is asked about each mail of the kind."""
    _checks[kind] = check


def still_to_be_sent(mail: Mail) -> Answer:
    check = _checks.get(mail.kind)
    return check(mail) if check else Send()
