"""Who changed what of a store's own facts, as templates/settings/_history.html tells it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One change; `before` is told of what a reader may have to compare."""

    at: dt.datetime
    who: str
    what: str
    before: str
