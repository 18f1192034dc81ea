"""Rows that somebody may not see: one of every model, with texts and amounts that are known again anywhere."""

import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from arportal.documents.models import EInvoiceSeller
from arportal.mirror.models import Company, CreditTerms, Invoice, Order, Payment, Receipt
from arportal.mirror.models.people import Buyer
from arportal.mirror.models.rows import MoneyField, RawField
from arportal.receivables.models import BankUse, Change, CollectionEvent, Mail
from arportal.stores.models import Activity, ApiToken, Invitation, Membership, Role, Store, User

# The begin of every text: what a search has to look for.
BEGIN = "Qx"
# Word in every text → amount in every sum. Other amounts that are added do not reach the first seven digits.
AMOUNTS = {"Hidden": 7_310_000_000_000, "Foreign": 8_642_000_000_000}
# What may stand between the thousands.
BETWEEN = r"[,. \u00a0\u202f\u2019']?"
# Up to three of them added, without the last six digits.
DIGITS = [str(count * amount)[:-6] for amount in AMOUNTS.values() for count in (1, 2, 3)]
SEEN = re.compile(
    rf"{BEGIN}(?:{'|'.join(AMOUNTS)})[\w -]*|"
    + "|".join(rf"(?<!\d){BETWEEN.join(digits)}{BETWEEN}\d{{3}}" for digits in DIGITS),
    re.IGNORECASE,
)
# Name of a parameter → the model whose API id it is.
API_IDS = {
    "company_id": Company,
    "invoice_id": Invoice,
    "payment_id": Payment,
    "receipt_id": Receipt,
    "order_id": Order,
    "user_id": Buyer,
}
# API ids of everything else, beyond those of the demo store.
OTHER_IDS = 99_000_000
OF_COMPANY = {"company_id", "company_ids", "invoice_id", "payment_id"}
# What only some of a model's values allow: a column may be null and still be what a page is found by.
GIVEN: dict[type[models.Model], dict[str, Any]] = {
    Change: {"batch": uuid.uuid4, "state": Change.State.WAITING},
    Mail: {"batch": uuid.uuid4},
    Activity: {"about": Activity.About.INVOICE},
    Buyer: {"customer_id": 99_000_001},
    CollectionEvent: {"promise": None, "dispute": None},
    BankUse: {"money": None},
    EInvoiceSeller: {"country": "DE"},
}


class ForeignRows:
    """A row of every model in `store`, with `word` in its texts; `api_ids` of the store where others would not do.

    With `beside` those alone that belong to a company, in a store of which the person sees other companies: what
    belongs to a store as a whole is that of `beside`.
    """

    def __init__(
        self,
        store: Store,
        member: Membership,
        word: str,
        api_ids: dict[str, int],
        *,
        beside: "ForeignRows | None" = None,
    ) -> None:
        self.word, self.api_ids, self._beside, self._count = word, api_ids, beside, 0
        self._rows: dict[type[models.Model], models.Model] = {
            Store: store,
            Membership: member,
            User: member.user,
        }
        for model in _models() if beside is None else _of_companies():
            self.row(model)

    def foreign(self, model: type[models.Model]) -> Any:
        """The row that is not for the person."""
        is_own = self._beside is None or model in _of_companies()
        return self.row(model) if is_own else self._beside.row(model)

    def row(self, model: type[models.Model]) -> Any:
        """The row of the model, which is written when it is asked for first."""
        if model not in self._rows:
            row = model(**dict(self._values(model)))
            model._base_manager.bulk_create([row])
            self._rows[model] = row
        return self._rows[model]

    def _values(self, model: type[models.Model]) -> Iterator[tuple[str, Any]]:
        for field in model._meta.concrete_fields:
            given = GIVEN.get(model, {})
            if field.name in given:
                value = given[field.name]
                yield field.name, value() if callable(value) else value
            elif not (field.generated or isinstance(field, models.AutoField | RawField)):
                value = self._value(model, field)
                if value is not None:
                    yield field.name, value

    def _value(self, model: type[models.Model], field: models.Field) -> Any:
        name = "company_id" if model is CreditTerms and field.name == "api_id" else field.name
        if field.name == "api_id":
            name = next((name for name, of in API_IDS.items() if of is model), name)
        if isinstance(field, models.ForeignKey):
            return None if field.related_model is model else self.row(field.related_model)
        if name in API_IDS:
            return self.api_ids[name]
        if name in ("company_ids", "invoice_ids", "payment_ids"):
            return [self.api_ids[name.removesuffix("s")]]
        return self._of_kind(field) if name != "api_id" else OTHER_IDS + self._count

    def _of_kind(self, field: models.Field) -> Any:
        self._count += 1
        match field:
            case MoneyField():
                return Decimal(AMOUNTS[self.word])
            case models.CharField() | models.TextField():
                return self._text(field)
            case models.DateField() if field.name.endswith("_on"):
                return timezone.now().date()
            case _ if field.has_default() or field.null:
                return None
            case models.BooleanField():
                return False
            case models.UUIDField():
                return uuid.uuid4()
            case models.DateTimeField():
                return timezone.now()
            case models.DateField():
                return timezone.now().date()
            case models.BinaryField():
                return f"{BEGIN}{self.word} bytes".encode()
            case ArrayField() | models.JSONField():
                return []
        return 1

    def _text(self, field: models.Field) -> str | None:
        if field.choices:
            return None if field.has_default() else str(field.choices[0][0])
        if field.max_length is not None and field.max_length <= 20:
            return {3: "USD", 6: "due"}.get(field.max_length, "" if field.blank else "issued")
        if isinstance(field, models.EmailField) or field.name in ("email", "address"):
            return f"{BEGIN}{self.word}-{self._count}@example.com"
        return f"{BEGIN}{self.word} {field.name}"[: field.max_length]


@cache
def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("arportal.")]


@cache
def _of_companies() -> set[type[models.Model]]:
    """Those with a company, and those that hang on them."""
    found = {model for model in _models() if OF_COMPANY & {field.name for field in model._meta.fields}}
    found = (found | {Company, CreditTerms}) - {ApiToken, Invitation, Membership}
    hanging = {
        model
        for model in _models()
        if any(field.related_model in found for field in model._meta.fields if field.is_relation)
    }
    return found | hanging


def foreign_store(api_ids: dict[str, int]) -> ForeignRows:
    """Another store, whose things have these API ids, as every store numbers its own."""
    store = Store(
        slug="other", name=f"{BEGIN}Foreign store", store_hash="QxForeignHash", api_url="http://127.0.0.1:9/"
    )
    store.token = f"{BEGIN}ForeignToken"
    store.save()
    user = User.objects.create_user("qxforeign@example.com", name=f"{BEGIN}Foreign person")
    member = Membership.objects.create(user=user, store=store, role=Role.ADMIN, all_companies=True)
    return ForeignRows(store, member, "Foreign", api_ids)
