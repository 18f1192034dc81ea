"""Recording what is ready by itself, where the store has switched that on.

By the verb of people, as whoever took the file in, once a line; it is sent in the store's line when there is room.
"""

import uuid
from contextlib import suppress

from arportal.mirror.models import Company
from arportal.receivables.bank.rules import rules_of
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.matching.accept import Acceptance, accept
from arportal.receivables.matching.suggestions import suggest
from arportal.receivables.models import BankFile, BankLine, Change
from arportal.stores.access import NotAllowed

# The id of what a line becomes by itself: what was refused once, or taken back, is left to people.
BY_ITSELF = uuid.UUID("6c1c2f0e-6c5c-4f4e-9d5e-0b6f5f0f6a4b")
AT_ONCE = 500


def apply_ready(bank_file_id: int) -> int:
    """Records the lines of the file that are ready, and counts them; none where the rules do not say so."""
    file = BankFile.objects.select_related("actor__store", "actor__user").get(pk=bank_file_id)
    if not rules_of(file.store).applies_ready:
        return 0
    lines = list(BankLine.objects.visible_to(file.actor).open().filter(file=file).order_by("value_on", "pk"))
    applied = 0
    for begin in range(0, len(lines), AT_ONCE):
        for suggestion in suggest(file.actor, lines[begin : begin + AT_ONCE]).values():
            change_id = uuid.uuid5(BY_ITSELF, str(suggestion.line.pk))
            if suggestion.ready is None or Change.objects.filter(pk=change_id).exists():
                continue
            acceptance = Acceptance(
                line_id=suggestion.line.pk,
                company_id=suggestion.ready.company_id,
                allocations=suggestion.ready.allocations,
            )
            # A likely duplicate, a closed month, a colleague who was faster, a company that is gone: it stays open.
            with suppress(Invalid, NotAllowed, Company.DoesNotExist), deferring.asking(is_deferred=True):
                accept(file.actor, change_id, acceptance)
                applied += 1
    return applied
