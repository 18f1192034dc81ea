"""The bytes of an export, never all of them at once: its files until it is packed, then its archive."""

from collections.abc import Iterator

from arportal.documents.models import Archive, Export, ExportFile, ExportItem

AT_A_TIME = 20


def files_of(export: Export) -> Iterator[ExportFile]:
    """The done files with their items, in the export's order; read few at a time, for a file may have 5 MB."""
    done = ExportFile.objects.filter(item__export=export, item__state=ExportItem.State.DONE)
    ordered = done.select_related("item").order_by("item__position")
    after = 0
    while part := list(ordered.filter(item__position__gt=after)[:AT_A_TIME]):
        yield from part
        after = part[-1].item.position


def pieces_of(archive: Archive) -> Iterator[bytes]:
    """The archive, a megabyte at a time."""
    for position in archive.pieces.order_by("position").values_list("position", flat=True):
        yield bytes(archive.pieces.get(position=position).content)
