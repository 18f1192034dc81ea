"""The bytes of an export, never all of them at once: its files until it is packed, then its archive."""

from collections.abc import Iterator

from django.db.models import QuerySet

from arportal.documents.models import Archive, Export, ExportFile, ExportItem

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


def pieces_of(archive: Archive) -> Iterator[bytes]:
    """The archive, a megabyte at a time."""
    for position in archive.pieces.order_by("position").values_list("position", flat=True):
        yield bytes(archive.pieces.get(position=position).content)
