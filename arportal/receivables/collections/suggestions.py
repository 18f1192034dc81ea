"""Suggestions about a company that does not pay, with the reasons. A person decides."""

import datetime as dt
import enum
from dataclasses import dataclass

from arportal.mirror.models import CompanyMethod, CreditTerms
from arportal.mirror.sync.credit_terms import CREDIT, switched_off
from arportal.receivables.ageing.companies import kept_balances
from arportal.receivables.models import CompanyBalance, PromiseToPay
from arportal.stores.models import Membership

# From when on a debt is a reason not to give more credit, and for how long a broken promise is one.
VERY_LATE = dt.timedelta(days=60)
REMEMBERED = dt.timedelta(days=30)
# Codes of methods by which one orders now and pays later; a purchase order has no code of its own.
PAYS_LATER = ("cheque", "moneyorder", "bankdeposit")
PURCHASE_ORDER = "purchase"


class Action(enum.Enum):
    HOLD_CREDIT = enum.auto()
    SWITCH_METHODS = enum.auto()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`late` are the balances with a very late debt, `broken` the promises; `methods` the titles to switch off."""

    action: Action
    late: list[CompanyBalance]
    broken: list[PromiseToPay]
    methods: list[str]


def suggestions(actor: Membership, company_id: int, today: dt.date) -> list[Suggestion]:
    """Nothing for a company that gives no reason, or of which all is done already."""
    owing = [row for row in kept_balances(actor, [company_id]).get(company_id, []) if row.overdue]
    late = [row for row in owing if row.days_late(today) > VERY_LATE.days]
    broken = PromiseToPay.objects.visible_to(actor).filter(
        company_id=company_id,
        currency__in=[row.currency for row in owing],
        state__in=PromiseToPay.NOT_KEPT,
        pay_by__gte=today - REMEMBERED,
    )
    reasons = late, list(broken.order_by("-pay_by"))
    if not any(reasons):
        return []
    made = []
    terms = CreditTerms.objects.visible_to(actor).filter(api_id=company_id).first()
    is_off = CREDIT in switched_off(actor.store_id)
    if terms is not None and terms.can_be_held and not terms.is_on_hold and not is_off:
        made.append(Suggestion(Action.HOLD_CREDIT, *reasons, []))
    enabled = CompanyMethod.objects.visible_to(actor).filter(company_id=company_id, is_enabled=True)
    methods = [str(method.title or method.code) for method in enabled.order_by("title") if pays_later(method)]
    if methods:
        made.append(Suggestion(Action.SWITCH_METHODS, *reasons, methods))
    return made


def pays_later(method: CompanyMethod) -> bool:
    return method.code in PAYS_LATER or PURCHASE_ORDER in f"{method.code} {method.title}".lower()
