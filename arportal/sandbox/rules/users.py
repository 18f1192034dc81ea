"""New and changed users (contract U5, X-48)."""

from typing import Any

from django.db.models import Max

from arportal.sandbox import channels
from arportal.sandbox.models import Company, User
from arportal.sandbox.requests import params, quirks, refusals
from arportal.sandbox.rules.invoice_bodies import extra_fields

NEEDED = ("firstName", "lastName", "email", "companyId")
TEXTS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phoneNumber": "phone",
    "uuid": "uuid",
}
LAST_USER = "The last user in company can not be deleted."
NO_CHANNEL = "At least one B2B storefront needs to be enabled for a Company user."


def create(body: dict[str, Any]) -> User:
    gaps = {name: ["This field may not be null"] for name in NEEDED if body.get(name) in (None, "")}
    if gaps:
        raise refusals.nested(gaps)
    company = Company.objects.filter(pk=params.whole(body["companyId"]) or 0).first()
    if company is None:
        raise refusals.nested({"companyId": ["Company does not exist"]})
    given = body.get("channelIds")
    channel_ids = [channels.DEFAULT]
    if given is not None or quirks.on("multi_storefront"):
        numbers = map(params.whole, given if isinstance(given, list) else [])
        channel_ids = [number for number in numbers if number in channels.names()]
        if not channel_ids:
            raise refusals.worded(422, NO_CHANNEL, "Processing data contains logical errors")
    role = _role(body)
    if role is None:
        raise refusals.nested({"non_field_errors": ["User must have a role."]})
    if role not in (0, 1, 2):
        raise refusals.nested({"role": [f'"{role}" is not a valid choice.']})
    return add(company, body, role=role, channel_ids=channel_ids)


def change(user: User, body: dict[str, Any]) -> None:
    """Everything but the company may be changed; a companyRoleId counts before a role."""
    if body.get("email") and User.objects.filter(email=str(body["email"])).exclude(pk=user.pk).exists():
        raise refusals.nested({"email": ["The email already exists."]})
    role = _role(body)
    if role not in (None, 0, 1, 2):
        raise refusals.nested({"role": [f'"{role}" is not a valid choice.']})
    for name, column in TEXTS.items():
        if body.get(name) is not None:
            setattr(user, column, str(body[name]))
    if role is not None:
        user.role = role
    user.extra_fields = extra_fields(user.extra_fields, body.get("extraFields"))
    user.touch()


def delete(user: User) -> None:
    """Admins may go, but nobody leaves a company empty."""
    if not User.objects.filter(company=user.company).exclude(pk=user.pk).exists():
        raise refusals.worded(422, LAST_USER, "Processing data contains logical errors")
    user.delete()


def add(company: Company, body: dict[str, Any], *, role: int, channel_ids: list[int]) -> User:
    """Also the way a new company gets its first admin."""
    if User.objects.filter(email=str(body["email"])).exists():
        raise refusals.nested({"email": ["The email already exists."]})
    last = User.objects.aggregate(last=Max("bc_customer_id"))["last"] or 300
    return User.objects.create(
        company=company,
        bc_customer_id=last + 1,
        first_name=str(body["firstName"]),
        last_name=str(body["lastName"]),
        email=str(body["email"]),
        phone=str(body.get("phoneNumber") or ""),
        uuid=str(body.get("uuid") or ""),
        role=role,
        channels=channel_ids,
        extra_fields=extra_fields([], body.get("extraFields")),
    )


def _role(body: dict[str, Any]) -> int | None:
    """companyRoleId is one higher than role for the three built-in roles."""
    given = params.whole(body.get("companyRoleId"))
    return given - 1 if given is not None else params.whole(body.get("role"))
