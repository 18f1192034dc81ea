"""The embedded PostgreSQL."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_it_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
