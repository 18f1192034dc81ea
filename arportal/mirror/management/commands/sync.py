"""Reads a store's data from the API into the mirror: what changed lately, or everything."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.mirror.sync import SyncUnderWay, sync
from arportal.stores.models import Store


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
        of = f" of {total}" if total is not None else ""
        self.stdout.write(f"\rSyncing: {done}{of} {resource}\x1b[K", ending="")
        self.stdout.flush()
