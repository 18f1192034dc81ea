"""Users: U1 to U5 of the contract, and U6 and U7, which the published files describe."""

from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox import channels
from arportal.sandbox.models import User
from arportal.sandbox.requests import lists, params, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint, success
from arportal.sandbox.rules import users as rules

DONE = "Success"
ROLES = ("Admin", "Senior Buyer", "Junior Buyer")
BOUNDS = {
    "companyId": "company_id",
    "minModified": "updated_at__gte",
    "maxModified": "updated_at__lte",
    "minCreated": "created_at__gte",
    "maxCreated": "created_at__lte",
}


def find(**lookup: int) -> User:
    user = User.objects.filter(**lookup).first()
    if user is None:
        raise refusals.worded(404, "User matching query does not exist.", refusals.NOT_FOUND)
    return user


def present(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "phoneNumber": user.phone,
        "role": user.role,
        "uuid": user.uuid,
        "companyRoleId": user.role + 1,
        "companyRoleName": ROLES[user.role],
        "customerId": user.bc_customer_id,
        "companyId": user.company_id,
        "channelList": [
            {"channelId": number, "channelName": channels.names().get(number, ""), "iconUrl": ""}
            for number in user.channels
        ],
    }


def present_whole(user: User) -> dict[str, Any]:
    return present(user) | {"extraFields": user.extra_fields}


def _roles(request: Request) -> list[int]:
    """The roles asked for; a bad choice is refused, unlike in any other filter (rule 39)."""
    given = params.texts(request, "roles")
    bad = {
        str(index): [f'"{role}" is not a valid choice.']
        for index, role in enumerate(given)
        if role not in ("0", "1", "2")
    }
    if bad:
        raise refusals.nested({"roles": bad})
    return params.numbers(request, "roles")


class Users(Endpoint):
    def get(self, request: Request) -> Response:
        shape = present_whole if params.flag(request, "isIncludeExtraFields") else present
        rows = User.objects.filter(**params.lookups(request, BOUNDS))
        if roles := _roles(request):
            rows = rows.filter(role__in=roles)
        if email := params.text(request, "email"):
            rows = rows.filter(email=email)
        if (channel_id := params.number(request, "channelId")) is not None:
            rows = rows.filter(pk__in=[user.pk for user in rows if channel_id in user.channels])
        if keyword := params.text(request, "q"):
            named = Q(first_name__icontains=keyword) | Q(last_name__icontains=keyword)
            rows = rows.filter(named | Q(company__name__icontains=keyword) | Q(email__icontains=keyword))
        return lists.page(rows.order_by("-updated_at", "-pk"), request, shape, message=DONE)

    def post(self, request: Request) -> Response:
        user = rules.create(fields(request))
        return success({"userId": user.pk, "bcId": user.bc_customer_id}, DONE)


class OneUser(Endpoint):
    def get(self, request: Request, user_id: int) -> Response:
        return success(present_whole(find(pk=user_id)), DONE)

    def put(self, request: Request, user_id: int) -> Response:
        user = find(pk=user_id)
        rules.change(user, fields(request))
        return success(present_whole(user), DONE)

    def delete(self, request: Request, user_id: int) -> Response:
        rules.delete(find(pk=user_id))
        return success({"userId": user_id}, DONE)


class UserOfCustomer(Endpoint):
    """The user of a BigCommerce customer, and so the company."""

    def get(self, request: Request, customer_id: int) -> Response:
        return success(present_whole(find(bc_customer_id=customer_id)), DONE)
