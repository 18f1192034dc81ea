"""Asks BigCommerce to tell us at once when companies, their users or orders change."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.b2b.errors import B2BError
from arportal.mirror.api.webhooks import register
from arportal.mirror.management.secrets import read_secret
from arportal.stores.models import Store


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["register"])
        parser.add_argument("--store", required=True, help="the store's address in the browser")
        parser.add_argument(
            "--site", required=True, help="where we are reached, such as https://ar.example.com"
        )
        parser.add_argument(
            "--secret-env", help="environment variable with the app's client secret (default: stdin)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        secret = read_secret(
            options["secret_env"],
            missing="No client secret given: messages could not be told from forged ones.",
        )
        try:
            scopes = register(store, options["site"], secret)
        except (B2BError, ValueError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{store} tells us about: {', '.join(scopes)}.")
