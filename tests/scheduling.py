"""Which worker of a run gets which tests."""

from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class JourneysTogether(LoadScopeScheduling):
    """One worker makes all journeys, and begins with them: a second browser and web server would cost more
    than they gain. Every other test goes to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid
