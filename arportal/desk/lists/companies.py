"""Companies in lists of what is theirs, which knows them by their ids only."""

from collections.abc import Sequence
from typing import Any

from arportal.desk.lists.tables import Viewer
from arportal.mirror.models import Company


def with_companies(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds the company's name to each row; "" where this person does not see it, or there is none."""
    names = Company.objects.visible_to(viewer.actor).names(row.company_id for row in rows)
    for row in rows:
        row.company_name = names.get(row.company_id, "")
