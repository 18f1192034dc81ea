"""What a storm is made of: how many payments by how many people, what goes wrong, and the scale of time."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

from tests.receivables.fault_run import plan as fault_run

VARIABLE = "STORM_PLAN"


@dataclass(frozen=True)
class Plan:
    """`quarantine` is that of the storm in seconds: the product's other times shrink with it, as from 600 s.

    The store takes `limit` requests in a minute of `minute` seconds, and spoils the share `spoilt` of all reads
    and writes. Another system of it uses up the minute until people were told so often that it is `busy`. The
    worker is killed `kills` times.
    """

    seed: int
    payments: int
    people: int
    kills: int
    busy: int
    quarantine: float
    minute: float
    limit: int
    spoilt: float = 0.17

    @classmethod
    def of_environment(cls) -> Self:
        return cls(**json.loads(os.environ[VARIABLE]))

    def as_environment(self) -> Mapping[str, str]:
        return {VARIABLE: json.dumps(asdict(self))}

    @cached_property
    def faults(self) -> fault_run.Plan:
        """The faults and the scale of time are those of the fault runs."""
        return fault_run.Plan(
            seed=self.seed,
            payments=self.payments,
            quiet=0,
            naive=0,
            kills=self.kills,
            cuts=0,
            doors=0,
            quarantine=self.quarantine,
            reads_back=True,
            clerks=self.people,
            probability=self.spoilt,
        )

    def storm(self) -> list[dict[str, Any]]:
        """The same for every read and every write, whatever it is about."""
        return [each | {"path": "", "probability": self.spoilt} for each in self.faults.storm()]
