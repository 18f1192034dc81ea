"""Path numbers: what is not digits that fit the database is nobody's id, and so a 404 (contract X-59)."""

from django.urls import register_converter


class Id:
    regex = r"[^/]+"

    def to_python(self, value: str) -> int:
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else 0

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Id, "id")
