"""The account of a storm: what the store holds itself, and every page that the people met."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from arportal.receivables.models import Change
from tests.desk.storm.browser import Seen
from tests.desk.storm.run import Storm
from tests.receivables.fault_run import verdict


@dataclass
class Verdict:
    """`strange` are payments of the store that nobody asked for."""

    storm: Storm

    @cached_property
    def money(self) -> verdict.Verdict:
        return verdict.Verdict(self.storm.payments)

    @property
    def strange(self) -> list[str]:
        ours = {cheque.number for cheque in self.storm.payments.stormy}
        since = self.money.recorded - self.storm.payments_before
        return sorted(since.keys() - ours)

    @property
    def seen(self) -> list[Seen]:
        return [seen for clerk in self.storm.clerks for seen in clerk.browser.seen]

    @property
    def dead_ends(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.is_dead_end]

    @property
    def refused(self) -> int:
        return sum(clerk.refused for clerk in self.storm.clerks)

    @property
    def left(self) -> Counter[str]:
        """What became of what was left to the worker; refused is what was taken back or declined."""
        return Counter(Change.objects.filter(is_deferred=True).values_list("state", flat=True))

    @property
    def spoilt(self) -> float:
        """The share of the requests let through by the store's limit that met a fault."""
        entries = [each for each in self.storm.payments.log.entries if each.fault or each.status != 429]
        return sum(entry.fault is not None for entry in entries) / len(entries)

    def __str__(self) -> str:
        storm, money = self.storm, self.money
        statuses = Counter(seen.status for seen in self.seen)
        return (
            f"seed {storm.plan.seed}: {storm.plan.payments} payments by {storm.plan.people} people, "
            f"{money.faults} faults ({self.spoilt:.0%} of all let through) of {len(money.classes)} classes, "
            f"{storm.kills} kill -9 ({storm.kills_at_work} at work): "
            f"{len(money.lost)} lost, {len(money.doubled)} doubled, {len(self.strange)} strange, "
            f"{len(money.wrong)} wrong, {len(money.off)} invoices off; "
            f"{len(self.seen):,} answers {dict(sorted(statuses.items()))}, {len(self.dead_ends)} dead ends; "
            f"refused {self.refused} times, {storm.busy} of them busy; left to the worker {dict(self.left)}; "
            f"{len(storm.unclear)} were unknown for a while"
        )
