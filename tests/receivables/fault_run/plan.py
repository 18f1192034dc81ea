"""What a fault run is made of: how many payments, which faults, how often processes die, and the scale of time."""

import datetime as dt
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from arportal.b2b import minor_digits

NAMESPACE = uuid.UUID("5b0f4f0e-8a1c-4b8e-9a64-6f2d4c1f7a10")


@dataclass(frozen=True)
class Plan:
    """`quarantine` is that of the run in seconds: all other times shrink with it, as from 600 s.

    `payments` are recorded in the storm, `quiet` ones before it; a plain-retry worker sends `naive` ones at the
    same time. `kills`: SIGKILLs of clerks and confirmers; `cuts`: of their database connections; `doors`: times
    at which the store refuses connections for a while. Reading back what was done into the mirror takes most of
    the time: without `reads_back` that is left out.
    """

    seed: int
    payments: int
    quiet: int
    naive: int
    kills: int
    cuts: int
    doors: int
    quarantine: float
    reads_back: bool
    clerks: int = 3
    # So many of the clerks are programs, which record by the REST API.
    programs: int = 0
    probability: float = 0.42

    def seconds(self, real: float) -> float:
        """So long takes in the run what takes `real` seconds in production."""
        return real * self.quarantine / 600

    def storm(self) -> list[dict[str, Any]]:
        """The same for every request to record a payment, and for looking one up."""
        recording = {"method": "POST", "path": "/ip/payments/offline$", "probability": self.probability}
        looking = {"method": "GET", "path": "/ip/payments$", "probability": 0.15}
        return [
            {"seed": self.seed, **recording, "faults": [*self._recorded()]},
            {"seed": self.seed, **looking, "faults": [*self._looked_up()]},
        ]

    def _recorded(self) -> Iterable[dict[str, Any]]:
        for share, faults in _RECORDED:
            for kind, more in faults:
                scaled = {name: self._scaled(name, value) for name, value in more.items()}
                yield {"kind": kind, "weight": share / len(faults), **scaled}

    def _looked_up(self) -> Iterable[dict[str, Any]]:
        for kind in ("500", "502", "429_told", "drop_before", "reset_midway", "html", "empty", "cut_gzip"):
            yield {"kind": kind, "seconds": self.seconds(5)}
        for lag in (10, 60):
            yield {"kind": "stale_index", "seconds": self.seconds(lag)}

    def _scaled(self, name: str, value: Any) -> Any:
        return self.seconds(value) if name == "seconds" else value


_DONE: dict[str, Any] = {"commit": True}
_NOT_DONE: dict[str, Any] = {"commit": False}
_Faults = list[tuple[str, dict[str, Any]]]
_NO_HARM: _Faults = [("drip", {"seconds": 2}), ("text_id", {}), ("twice", {})]
_DONE_BUT_UNHEARD: _Faults = [
    *((kind, _DONE) for kind in ("408", "409", "500", "502", "503", "504", "520")),
    *((kind, {}) for kind in ("drop_after", "reset_after", "reset_midway", "html", "truncated", "empty")),
    *((kind, {}) for kind in ("no_id", "body_500", "bad_gzip", "cut_gzip", "wrong_length", "two_lengths")),
    *(("early_hints", {}), ("hang_after", {"seconds": 60})),
]
_DONE_LATE: _Faults = [
    *(("delayed_commit", {"seconds": late}) for late in (5, 60, 200)),
    *(("slow_commit", {"seconds": late}) for late in (40, 180)),
]
_NOT_DONE_AND_UNHEARD: _Faults = [
    *((kind, {}) for kind in ("408", "409", "500", "502", "503", "504", "520")),
    *((kind, _NOT_DONE) for kind in ("html", "truncated", "empty", "no_id", "body_500")),
    *(("drop_before", {}), ("reset_before", {}), ("redirect", {}), ("hang_before", {"seconds": 60})),
]
_REFUSED: _Faults = [("401", {}), ("body_422", {})]
_TOLD_TO_WAIT: _Faults = [("429", {}), ("429_told", {"seconds": 5})]
_RECORDED: list[tuple[float, _Faults]] = [
    *((12, _NO_HARM), (40, _DONE_BUT_UNHEARD), (10, _DONE_LATE)),
    *((20, _NOT_DONE_AND_UNHEARD), (8, _REFUSED), (10, _TOLD_TO_WAIT)),
]


@dataclass(frozen=True)
class Cheque:
    """To be recorded once, whatever happens. `lines`: (invoice id, amount as text)."""

    number: str
    company_id: int
    currency: str
    lines: tuple[tuple[int, str], ...]

    def change_id(self, seed: int, attempt: int) -> uuid.UUID:
        """Of the form in which it is entered for the n-th time: anew after a refusal, else the same."""
        return uuid.uuid5(NAMESPACE, f"{seed}/{self.number}/{attempt}")


@dataclass
class Room:
    """How much more the cheques of a run may pay of an invoice."""

    invoice_id: int
    company_id: int
    currency: str
    left: Decimal


def cheques(invoices: list[dict[str, Any]], seed: int, kind: str, count: int) -> list[Cheque]:
    """To open invoices as the API tells them; together they pay at most a third of any."""
    dice = random.Random(f"{seed}/{kind}")
    rooms = [room for room in map(_room, invoices) if room.left > 5]
    return [_cheque(dice, rooms, f"{kind}-{number}") for number in range(count)]


def _cheque(dice: random.Random, rooms: list[Room], number: str) -> Cheque:
    first = _with_room(dice, rooms)
    same = [room for room in rooms if (room.company_id, room.currency) == (first.company_id, first.currency)]
    chosen = {first.invoice_id: first}
    if dice.random() < 0.15:
        second = _with_room(dice, same)
        chosen[second.invoice_id] = second
    lines = tuple((room.invoice_id, _spent(dice, room)) for room in chosen.values())
    return Cheque(number, first.company_id, first.currency, lines)


def _with_room(dice: random.Random, rooms: list[Room]) -> Room:
    for _ in range(1000):
        room = dice.choice(rooms)
        if room.left > 2:
            return room
    raise LookupError("The open invoices of the sandbox are too few for so many payments.")


def _spent(dice: random.Random, room: Room) -> str:
    digits = minor_digits(room.currency)
    amount = Decimal(dice.randint(1, 10**digits)).scaleb(-digits)
    room.left -= amount
    return str(amount)


def _room(invoice: dict[str, Any]) -> Room:
    balance = invoice["openBalance"]
    is_open = invoice["status"] != 2
    left = Decimal(balance["value"]) / 3 if is_open else Decimal(0)
    return Room(invoice["id"], int(invoice["customerId"]), balance["code"], left)


RECEIVED_ON = dt.date(2026, 11, 2)
