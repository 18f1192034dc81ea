"""The first admin of a store that has none: prints the link with which they choose their name and password."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from arportal.stores.invitations import invite_first_admin, token_of
from arportal.stores.models import Store
from arportal.stores.people import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's address in the browser")
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--site",
            default="http://127.0.0.1:8000",
            help="where the web server is, such as https://ar.example.com",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}: connect it first.")
        try:
            validate_email(options["email"])
            invitation = invite_first_admin(store, options["email"])
        except (ValidationError, Refused) as refused:
            raise CommandError(" ".join(getattr(refused, "messages", [str(refused)]))) from refused
        link = reverse("desk:accept_invitation", args=[token_of(invitation)])
        self.stdout.write(
            f"Open this link within seven days; it works once:\n{options['site'].rstrip('/')}{link}"
        )
