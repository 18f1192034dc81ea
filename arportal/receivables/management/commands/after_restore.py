"""Once after the database was restored to an earlier moment, before workers and web servers start: whatever was under
way then is looked up at the store before it is sent again. Payments that were recorded later are found by the
reconciliation, which follows at once.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arportal.b2b.errors import B2BError
from arportal.mirror.api.error_messages import error_message
from arportal.receivables.changes.restored import doubt_open_changes
from arportal.receivables.models import Discrepancy
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.stores.models import Store


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for store in Store.objects.connected().order_by("slug"):
            try:
                doubted = doubt_open_changes(store)
            except B2BError as error:
                raise CommandError(f"{store.slug}: {error_message(error)} Run it again.") from error
            reconciliation = reconcile_store(store)
            if reconciliation.problem:
                raise CommandError(f"{store.slug}: {reconciliation.problem} Run it again.")
            to_repair = Discrepancy.objects.open().filter(store=store).count()
            self.stdout.write(
                f"{store.slug}: {doubted} changes are looked up before they are sent;"
                f" {reconciliation.compared} payments compared, {to_repair} to look at under Repairs."
            )
