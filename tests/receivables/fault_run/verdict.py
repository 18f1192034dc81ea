"""The account of a fault run, from what the sandbox holds itself."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from tests.receivables.fault_run.plan import Cheque
from tests.receivables.fault_run.requests_log import NAIVE
from tests.receivables.fault_run.run import Run, everything

State = Change.State


@dataclass
class Verdict:
    """`lost` and `doubled` name cheques, `wrong` Changes, `off` invoices; all are to be empty."""

    run: Run

    @cached_property
    def payments(self) -> list[dict]:
        return everything(self.run.sandbox, "/ip/payments")

    @cached_property
    def by_external_id(self) -> dict[str, list[dict]]:
        found: dict[str, list[dict]] = defaultdict(list)
        for payment in self.payments:
            found[payment["externalId"] or ""].append(payment)
        return found

    @cached_property
    def recorded(self) -> Counter[str]:
        """Cheque number → payments at the store, by whichever of its forms."""
        return Counter(payment["details"]["memo"].partition(" · ")[0] for payment in self.payments)

    @property
    def lost(self) -> list[str]:
        return [cheque.number for cheque in self._ours if not self.recorded[cheque.number]]

    @property
    def doubled(self) -> list[str]:
        return [cheque.number for cheque in self._ours if self.recorded[cheque.number] > 1]

    @property
    def wrong(self) -> list[str]:
        """Changes that do not say what the store holds."""
        return [str(change.pk) for change in Change.objects.iterator() if not self._is_true(change)]

    def _is_true(self, change: Change) -> bool:
        held = [payment["id"] for payment in self.by_external_id.get(str(change.pk), [])]
        if change.state == State.APPLIED:
            return held == [change.target_id] and change.mirrored_at is not None
        return change.state == State.REFUSED and held == []

    @property
    def off(self) -> list[int]:
        """Invoices whose open balance is not what it should be: at the store, or in our mirror of it."""
        should_be = {row["id"]: Decimal(row["openBalance"]["value"]) for row in self.run.before}
        for invoice_id, amount in self._paid():
            should_be[invoice_id] -= amount
        rows = everything(self.run.sandbox, "/ip/invoices")
        at_store = {row["id"]: Decimal(row["openBalance"]["value"]) for row in rows}
        wrong = [number for number in should_be if at_store.get(number) != should_be[number]]
        if not self.run.plan.reads_back:
            return wrong
        mirrored = dict(Invoice.objects.filter(store=self.run.store).values_list("api_id", "open_balance"))
        read_back = {number for cheque in self._ours for number, _amount in cheque.lines} - self._naively_paid
        return wrong + [number for number in read_back if mirrored.get(number) != should_be[number]]

    def _paid(self) -> list[tuple[int, Decimal]]:
        """By each cheque once, as it was entered; by the naive worker, whatever the store holds of it."""
        ours = [(number, Decimal(amount)) for cheque in self._ours for number, amount in cheque.lines]
        return [*ours, *self._naive_lines]

    @cached_property
    def _naive_lines(self) -> list[tuple[int, Decimal]]:
        naive = [payment for payment in self.payments if (payment["externalId"] or "").startswith(NAIVE)]
        return [
            (line["invoiceId"], Decimal(line["amount"]["value"]))
            for payment in naive
            for line in payment["lineItems"]
        ]

    @property
    def _naively_paid(self) -> set[int]:
        return {number for number, _amount in self._naive_lines}

    @property
    def _ours(self) -> list[Cheque]:
        return self.run.stormy + self.run.quiet

    @property
    def requests_each(self) -> float:
        """Recordings and look-ups, per payment recorded in the storm."""
        ours = sum(entry.is_ours for entry in self.run.log.entries) - self.run.quiet_requests
        return ours / len(self.run.stormy)

    @property
    def reads_back_each(self) -> float:
        others = [entry for entry in self.run.log.entries if entry.method == "GET" and not entry.subject]
        return sum("/ip/payments/" in each.path or "/ip/invoices/" in each.path for each in others) / len(
            self._ours
        )

    @property
    def quiet_each(self) -> float:
        return self.run.quiet_requests / len(self.run.quiet)

    @property
    def faults(self) -> int:
        return len(self.run.log.faults())

    @property
    def classes(self) -> set[str]:
        return {entry.fault_class for entry in self.run.log.faults()}

    @property
    def naively_doubled(self) -> float:
        counts = [len(self.by_external_id.get(cheque.number, [])) for cheque in self.run.naive]
        return sum(count > 1 for count in counts) / len(counts)

    def __str__(self) -> str:
        run = self.run
        return (
            f"seed {run.plan.seed}: {len(self._ours):,} payments, "
            f"{self.faults:,} faults of {len(self.classes)} classes, "
            f"{run.kills} kill -9, {run.cuts} cuts, {run.doors} times refused: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.wrong)} wrong, "
            f"{len(self.off)} invoices off; {self.requests_each:.2f} requests each, "
            f"{self.quiet_each:.2f} without faults, {self.reads_back_each:.2f} reads back; "
            f"naive doubled {self.naively_doubled:.1%}"
        )
