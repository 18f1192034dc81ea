"""Whether somebody else would have to wait, as only another connection to the database can tell."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import OperationalError, connection, transaction


def waits(lock: Callable[[], None]) -> bool:
    """True if another process that locks this would wait for us."""

    def tries() -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = 30")
                lock()
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(1) as other:
        return other.submit(tries).result()
