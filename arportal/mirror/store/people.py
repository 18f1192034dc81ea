from collections.abc import Iterable

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store


def save_buyers(store: Store, users: Iterable[b2b.User]) -> int:
    rows = (
        row(
            store,
            user.user_id,
            user.raw,
            customer_id=user.customer_id,
            company_id=user.company_id,
            name=f"{user.first_name} {user.last_name}".strip(),
            email=user.email,
            phone=user.phone_number,
            role=user.role,
            created_at=user.created_at,
            updated_at=user.updated_at,
            extra_fields=user.extra_fields,
        )
        for user in users
    )
    return upsert(models.Buyer, rows, key=KEY, newest="updated_at")
