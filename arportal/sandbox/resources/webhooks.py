"""Webhooks of BigCommerce's own API (contract 2.12): only their registration; nothing is ever delivered."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Webhook
from arportal.sandbox.requests import clock
from arportal.sandbox.requests.endpoint import STORE_HASH, Endpoint


def present(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.pk,
        "client_id": "sandbox-app",
        "store_hash": STORE_HASH,
        "scope": webhook.scope,
        "destination": webhook.destination,
        "headers": None,
        "is_active": webhook.is_active,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    }


def refused(status: int, title: str) -> Response:
    return Response({"status": status, "title": title, "errors": {}}, status=status)


class Webhooks(Endpoint):
    def get(self, request: Request) -> Response:
        webhooks = [present(webhook) for webhook in Webhook.objects.order_by("pk")]
        return Response({"data": webhooks, "meta": {}})

    def post(self, request: Request) -> Response:
        given = request.data if isinstance(request.data, dict) else {}
        scope = str(given.get("scope", ""))
        destination = str(given.get("destination", ""))
        if not scope.startswith("store/") or not destination.startswith("https://"):
            return refused(422, "Provide a valid scope and an https destination.")
        now = int(clock.now())
        webhook = Webhook.objects.create(scope=scope, destination=destination, created_at=now, updated_at=now)
        return Response({"data": present(webhook), "meta": {}})


class OneWebhook(Endpoint):
    def put(self, request: Request, webhook_id: int) -> Response:
        webhook = Webhook.objects.filter(pk=webhook_id).first()
        if webhook is None:
            return refused(404, "Webhook not found.")
        given = request.data if isinstance(request.data, dict) else {}
        webhook.is_active = bool(given.get("is_active", webhook.is_active))
        webhook.save()
        return Response({"data": present(webhook), "meta": {}})
