"""Reads every sealed row of activity again, and names the first that was altered, deleted or moved.

Note what it prints: with --expect SLUG:ROWS:SEAL a later run also says whether that end is still part of the chain,
which no one who rewrites the whole of it can bring about.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.receivables.activity.verifying import verify
from arportal.stores.models import Activity, Store


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="the slug of one store (default: all)")
        parser.add_argument(
            "--expect", action="append", default=[], metavar="SLUG:ROWS:SEAL", help="an end noted before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stores = Store.objects.order_by("slug")
        if options["store"]:
            stores = stores.filter(slug=options["store"])
        if not stores:
            raise CommandError("There is no such store.")
        problems = []
        for store in stores:
            verified = verify(store)
            if verified.problem:
                problems.append(f"{store.slug}: {verified.problem}")
            else:
                self.stdout.write(f"{store.slug}:{verified.rows}:{verified.seal}")
        for noted in options["expect"]:
            slug, rows, seal = noted.split(":") if noted.count(":") == 2 else (noted, "", "")
            if not rows.isdecimal():
                raise CommandError(f"{noted} is not SLUG:ROWS:SEAL, as this command prints it.")
            if not Activity.objects.filter(store__slug=slug, position=int(rows), seal=seal).exists():
                problems.append(f"{slug}: the chain does not hold the end that was noted at position {rows}")
        if problems:
            raise CommandError("\n".join(problems))
