"""Reads a store's data from the API into the mirror: what changed lately, or everything."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.stores.models import Store

BAR = 20


class ProgressBar:
    """One line that is written over and over: `[######    ] 600 of 1,000 invoices, 2 s left`."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._resource = ""
        self._since = 0.0

    def __call__(self, resource: str, done: int, total: int | None) -> None:
        if resource != self._resource:
            self._resource = resource
            self._since = time.monotonic()
        bar = f"{done:,} {resource}"
        if total and done <= total:
            left = (time.monotonic() - self._since) * (total - done) / done if done else 0.0
            bar = f"[{'#' * (BAR * done // total):{BAR}}] {done:,} of {total:,} {resource}, {left:.0f} s left"
        self._out.write(f"\rSyncing: {bar}\x1b[K", ending="")
        self._out.flush()


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's address in the browser")
        parser.add_argument("--full", action="store_true", help="read everything again")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        try:
            done = sync(store, full=options["full"], report=ProgressBar(self.stdout))
        except SyncUnderWay as busy:
            raise CommandError(str(busy)) from busy
        self.stdout.write("")
        if done.problem:
            raise CommandError(f"Sync stopped: {done.problem}")
        self.stdout.write(
            f"{done.get_kind_display()} sync of {store} done: {done.rows_changed} rows changed."
        )
