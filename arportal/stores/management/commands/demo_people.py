"""One person for each role in a trial store: viewer@, clerk@, controller@ and admin@example.com."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.stores.models import Membership, Role, Store, User

NAMES = {
    Role.VIEWER: "Vera Viewer",
    Role.CLERK: "Carl Clerk",
    Role.CONTROLLER: "Cora Controller",
    Role.ADMIN: "Ada Admin",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's address in the browser")
        parser.add_argument("--password", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}: connect it first.")
        for role, name in NAMES.items():
            email = f"{role.value}@example.com"
            user = User.objects.filter(email=email).first()
            if user is None:
                user = User.objects.create_user(email, options["password"], name=name)
            # Who is a member already keeps the role they have by now.
            Membership.objects.get_or_create(
                user=user, store=store, defaults={"role": role, "all_companies": True}
            )
