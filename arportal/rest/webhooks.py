"""The address for messages of BigCommerce. It waits for the answer, so the work is left to the worker."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from arportal.mirror import tasks
from arportal.mirror.api import webhooks
from arportal.stores.models import Store
from arportal.stores.scope import directory, enter_store

logger = logging.getLogger(__name__)


@csrf_exempt  # The signature says who sent it.
@login_not_required
@require_POST
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """204 for a message that was taken in, now or before; 401 for one that the store has not signed."""
    store_id = directory().get(slug, 0)
    enter_store(store_id)
    store = get_object_or_404(Store.objects.exclude(encrypted_webhook_secret=""), pk=store_id)
    if int(request.headers.get("Content-Length") or 0) > webhooks.MAX_BYTES:
        return HttpResponse(status=413)
    try:
        message = webhooks.verify(store.webhook_secret, request.headers, request.body, timezone.now())
    except webhooks.Untrusted as reason:
        logger.warning("a message to %s was turned away: %s", store.slug, reason)
        return HttpResponse(status=401)
    webhooks.take_in(store, message, tasks.follow_later)
    return HttpResponse(status=204)
