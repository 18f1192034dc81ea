"""Disconnecting a store: its records stay, its token does not."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store


def disconnect(actor: Membership, reason: str) -> None:
    """Forgets the token and the secret of its webhooks: nothing is asked of the API any more, until an admin gives
    another token. Raises NotAllowed, and Invalid while a Change may still be at the store unconfirmed."""
    require(actor, Permission.CONFIGURE)
    check_reason(reason)
    with transaction.atomic():
        store = Store.objects.select_for_update().get(pk=actor.store_id)
        if store.disconnected_at is not None:
            return
        if count := Change.objects.under_way().filter(store=store).count():
            words = _("%(count)d changes are being sent or confirmed: wait until they are done.")
            raise Invalid({"": [words % {"count": count}]})
        store.encrypted_token = store.encrypted_webhook_secret = ""
        store.disconnected_at = timezone.now()
        store.save(update_fields=["encrypted_token", "encrypted_webhook_secret", "disconnected_at"])
        record(actor, Kind.STORE, _("Disconnected: %(reason)s") % {"reason": reason.strip()})
