"""Cutting connections to the database, as a network or a restart of the server does."""

import os
from urllib.parse import urlsplit

import psycopg
from django.db import connection


def cut_my_connection() -> None:
    """Of this thread. What it does next fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
