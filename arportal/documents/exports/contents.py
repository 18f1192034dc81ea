"""The files of an export as they are kept until it is packed."""

from collections.abc import Iterator

from django.db.models import QuerySet

from arportal.documents.models import Export, ExportFile, ExportItem

AT_A_TIME = 20


def files_of(export: Export) -> Iterator[ExportFile]:
    """With their items, in the export's order; few at a time, for a file may have 5 MB."""
    done = ExportFile.objects.filter(item__export=export, item__state=ExportItem.State.DONE)
    after = 0
    while part := list(_next(done, after)):
        yield from part
        after = part[-1].item.position


def _next(done: QuerySet[ExportFile], after: int) -> QuerySet[ExportFile]:
    following = done.filter(item__position__gt=after).order_by("item__position")
    return following.select_related("item")[:AT_A_TIME]
