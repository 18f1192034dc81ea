"""New and changed companies (contract C3, C4, C6)."""

from typing import Any

from django.db.models import Max

from arportal.sandbox import channels
from arportal.sandbox.models import Company, CompanyMethod, Method, User
from arportal.sandbox.requests import params, quirks, refusals
from arportal.sandbox.rules import users
from arportal.sandbox.rules.invoice_bodies import extra_fields

NEEDED = {
    "companyName": "company name",
    "companyPhone": "company phone",
    "companyEmail": "company email",
    "country": "country",
    "adminFirstName": "admin first name",
    "adminLastName": "admin last name",
    "adminEmail": "admin email",
}
TEXTS = {
    "companyName": "name",
    "companyEmail": "email",
    "companyPhone": "phone",
    "addressLine1": "street1",
    "addressLine2": "street2",
    "city": "city",
    "state": "state",
    "country": "country",
    "zipCode": "zip_code",
    "uuid": "uuid",
}
PENDING, APPROVED = 0, 1
PRICE_LIST = ("channelId", "priceListId")
PERSON = ("firstName", "lastName", "email", "phoneNumber")


def create(body: dict[str, Any]) -> tuple[Company, User]:
    """A company with its customer group, its admin, and every payment method switched on (rule 35)."""
    for name, words in NEEDED.items():
        if body.get(name) in (None, ""):
            raise refusals.plain(422, f"The {words} is required.")
    for name in ("acceptCreationEmail", "acceptWelcomeEmail"):
        if not isinstance(body.get(name, False), bool):
            raise refusals.plain(422, f"{name} must be true or false.")
    if Company.objects.filter(name=str(body["companyName"])).exists():
        raise refusals.plain(400, "Create BigCommerce customer group failed")
    last = Company.objects.aggregate(last=Max("group_id"))["last"] or 20
    is_approved = quirks.on("group_approves") and params.whole(body.get("customerGroupId")) is not None
    company = Company(group_id=last + 1, status=APPROVED if is_approved else PENDING)
    change(company, body)
    for method in Method.objects.all():
        CompanyMethod.objects.create(company=company, method=method)
    origin = params.whole(body.get("originChannelId", channels.DEFAULT))
    if origin not in channels.names():
        raise refusals.plain(422, "The origin channel is invalid.")
    person = {name: body.get(f"admin{name[0].upper()}{name[1:]}") for name in PERSON}
    return company, users.add(company, person, role=0, channel_ids=[origin])


def change(company: Company, body: dict[str, Any]) -> None:
    for name, column in TEXTS.items():
        if body.get(name) is not None:
            setattr(company, column, str(body[name]))
    if (group_id := params.whole(body.get("customerGroupId"))) is not None:
        company.group_id = group_id
    if (given := body.get("priceListAssign")) is not None:
        entries: list[Any] = given if isinstance(given, list) else [None]
        if not all(isinstance(entry, dict) for entry in entries):
            raise refusals.plain(422, "The price list is invalid.")
        price_lists = [{name: params.whole(entry.get(name)) for name in PRICE_LIST} for entry in entries]
        if any(None in entry.values() for entry in price_lists):
            raise refusals.plain(422, "The price list is invalid.")
        company.price_lists = price_lists
    company.extra_fields = extra_fields(company.extra_fields, body.get("extraFields"))
    company.touch()


def set_status(company: Company, given: object) -> None:
    status = params.whole(given)
    if status not in range(4):
        raise refusals.plain(422, "The company status is invalid.")
    company.status = int(status or 0)
    company.touch()
