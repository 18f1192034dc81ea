"""Which worker of a run gets which tests."""

from xdist.scheduler import LoadScopeScheduling

# Tests that share what is dear to set up: a browser and a web server, a sandbox of their own, a database.
TOGETHER = (
    "tests/journeys/",
    "tests/sandbox/",
    "tests/local/test_postgres.py",
    "tests/stores/test_row_security.py",
    "tests/house/test_api_coverage.py",
    # The official rules are compiled once in a process, which takes seconds.
    "tests/documents/einvoices/",
)


class JourneysTogether(LoadScopeScheduling):
    """One worker makes all journeys, and begins with them: a second browser and web server would cost more
    than they gain. Every other test goes to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
