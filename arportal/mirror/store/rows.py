"""What every save shares."""

from typing import Any

from arportal.stores.models import Store

KEY = ("store_id", "api_id")


def row(store: Store, api_id: int, raw: Any) -> dict[str, Any]:
    """The columns that every mirrored row has; what the API shows is not gone."""
    return {"store_id": store.pk, "api_id": api_id, "gone_at": None, "raw": raw}
