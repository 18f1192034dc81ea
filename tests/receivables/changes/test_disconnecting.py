"""Disconnecting a store: who may, and when."""

import uuid

import pytest
from django.utils import timezone

from arportal.receivables.changes.disconnecting import disconnect
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Store
from tests.receivables.asking import ask


def connected() -> set[str]:
    return set(Store.objects.filter(disconnected_at=None).values_list("slug", flat=True))


def test_it_works(admin, clerk, other_store):
    """Another store's changes are no obstacle, and it stays connected."""
    change = ask(clerk, uuid.uuid4(), Change.Verb.WRITE_OFF, company_id=1, target_id=1)
    Change.objects.filter(pk=change.pk).update(store=other_store)
    disconnect(admin, " We part ")
    store = Store.objects.get(pk=admin.store_id)
    assert (store.encrypted_token, store.encrypted_webhook_secret, connected()) == ("", "", {"other"})
    assert Activity.objects.filter(kind=Activity.Kind.STORE).get().words == "Disconnected: We part"


def test_what_is_refused(admin, controller):
    with pytest.raises(NotAllowed):
        disconnect(controller, "We part")
    with pytest.raises(Invalid, match="Give a reason"):
        disconnect(admin, " ")
    change = ask(controller, uuid.uuid4(), Change.Verb.WRITE_OFF, company_id=1, target_id=1)
    with pytest.raises(Invalid, match="1 changes are being sent or confirmed"):
        disconnect(admin, "We part")
    assert connected() == {"demo"}
    Change.objects.filter(pk=change.pk).update(state=Change.State.APPLIED, mirrored_at=timezone.now())
    disconnect(admin, "We part")
    assert connected() == set()
