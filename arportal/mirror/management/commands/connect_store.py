"""Connects a store, or changes its connection: the token is checked against the API before it is saved."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from arportal.b2b.http.address import BASE_URL
from arportal.mirror.api.connections import CannotConnect, connect
from arportal.mirror.management.secrets import read_secret
from arportal.stores.models import Store


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hash", required=True, help="the store hash, as in store-<hash>.mybigcommerce.com"
        )
        parser.add_argument("--name", help="what people call the store")
        parser.add_argument("--slug", help="its address in the browser (default: the hash)")
        parser.add_argument("--api-url", help=f"default: {BASE_URL}")
        parser.add_argument("--currency", help="default: USD")
        parser.add_argument("--time-zone", help="default: UTC")
        parser.add_argument(
            "--token-env", help="environment variable that holds the token (default: read stdin)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(store_hash=options["hash"]).first() or Store(store_hash=options["hash"])
        store.slug = options["slug"] or store.slug or options["hash"]
        store.name = options["name"] or store.name or options["hash"]
        # What is not said stays as it is: a new token must not move the store to another time zone.
        store.api_url = options["api_url"] or store.api_url or BASE_URL
        store.currency = options["currency"] or store.currency
        store.time_zone = options["time_zone"] or store.time_zone
        store.token = read_secret(
            options["token_env"],
            missing="No token given: name its environment variable with --token-env, or pipe it in.",
        )
        try:
            connect(store)
        except (CannotConnect, ValueError) as refused:
            raise CommandError(str(refused)) from refused
        except ValidationError as invalid:
            raise CommandError("; ".join(invalid.messages)) from invalid
        self.stdout.write(f"Connected {store.name} at /s/{store.slug}/.")
