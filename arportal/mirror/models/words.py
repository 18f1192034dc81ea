"""Search by how words begin, among a million rows in a millisecond, and by what a text contains.

The rules stand in functions of the database (migrations/0006_search_without_accents.py), so that what is stored
and what is looked for are written alike: without case and accents, `ø` as `o`, `ß` as `ss`. Words are cut at
blanks, and again at each sign inside a word, so that `2024/118` and `118` find PO-2024/118; zeros in front may be
left out. The store goes in front of every word.
"""

from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, GeneratedField, Lookup, TextField, Value


class Words(Func):
    """The words of these fields, as they are stored."""

    function = "mirror_words"
    output_field = SearchVectorField()


class Begin(Func):
    """True if each word of `text` is how a word of the row begins; no text makes this fail."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, store_id: int, text: str, words: Words | None = None) -> None:
        wanted = Func(
            Value(store_id), Value(text), function="mirror_words_begin", output_field=SearchQueryField()
        )
        super().__init__(words or F("words"), wanted)


def words_field(*fields: str) -> Any:
    """The column that holds the words of these fields; PostgreSQL keeps it right by itself."""
    return GeneratedField(
        expression=Words("store", *fields), output_field=SearchVectorField(), db_persist=True
    )


@CharField.register_lookup
@TextField.register_lookup
class FoldedContains(Lookup):
    """`name__folded_contains="societe"`: Django's icontains, but for accents. It has no index."""

    lookup_name = "folded_contains"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        text, values = self.process_lhs(compiler, connection)
        wanted, wanted_values = self.process_rhs(compiler, connection)
        return (
            f"strpos(mirror_fold({text}::text), mirror_fold({wanted}::text)) > 0",
            (*values, *wanted_values),
        )
