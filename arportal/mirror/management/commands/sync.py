"""Reads a store's data from the API into the mirror: what changed lately, or everything."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.stores.models import Store

BAR = 20


class Command(BaseCommand):
    help = __doc__
    _resource = ""
    _since = 0.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's address in the browser")
        parser.add_argument("--full", action="store_true", help="read everything again")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        try:
            done = sync(store, full=options["full"], report=self._progress)
        except SyncUnderWay as busy:
            raise CommandError(str(busy)) from busy
        self.stdout.write("")
        if done.problem:
            raise CommandError(f"Sync stopped: {done.problem}")
        self.stdout.write(
            f"{done.get_kind_display()} sync of {store} done: {done.rows_changed} rows changed."
        )

    def _progress(self, resource: str, done: int, total: int | None) -> None:
        if resource != self._resource:
            self._resource, self._since = resource, time.monotonic()
        self.stdout.write(f"\rSyncing: {self._bar(resource, done, total)}\x1b[K", ending="")
        self.stdout.flush()

    def _bar(self, resource: str, done: int, total: int | None) -> str:
        """`[######    ] 600 of 1,000 invoices, 2 s left`; without a total just how many."""
        if not total or done > total:
            return f"{done:,} {resource}"
        filled = BAR * done // total
        left = (time.monotonic() - self._since) * (total - done) / done if done else 0.0
        return f"[{'#' * filled:{BAR}}] {done:,} of {total:,} {resource}, {left:.0f} s left"
