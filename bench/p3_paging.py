"""P3: the deepest page of a million invoices against the first one, in every order that has an index.

What is timed is the page's rows, by the processor time of both processes: the frame around them, the same for
all pages, would only make the deepest look better.
"""

from statistics import median

from bench.cpu import Processor
from bench.million import MILLION, add_invoices, clerk_of, request_of
from bench.result import Result
from bench.stores import add_store

NAME = "P3 deepest of 20,000 pages, 1,000,000 invoices"
TARGET = "<= 2x the first page, in each order"
# Amounts are put in order within their currency, and in both directions this one of the four comes last.
LAST_CURRENCY = "KWD"
SORTS = (
    "-issued",
    "issued",
    "due",
    "number",
    "company",
    "-balance",
    "balance",
    "-original",
    "-paid",
    "activity",
)
ROUNDS = 25


def measure() -> Result:
    from arportal.desk.invoices.list import INVOICES

    store = add_store("p3")
    add_invoices(store, 1, MILLION + 1)
    actor = clerk_of(store)
    ratios = {sort: _ratio(INVOICES, actor, sort) for sort in SORTS}
    worst = max(ratios, key=lambda sort: ratios[sort])
    measured = ", ".join(f"{sort} {ratio:.2f}x" for sort, ratio in ratios.items())
    return Result(f"worst {worst} at {ratios[worst]:.2f}x ({measured})", ratios[worst] <= 2)


def _ratio(listed, actor, sort: str) -> float:
    from arportal.desk.lists.list_page import list_page

    processor = Processor()
    first, deepest = f"sort={sort}", f"sort={sort}&after={_cursor_before_the_end(listed, actor, sort)}"
    assert list_page(listed, request_of(actor, deepest)).next_url == ""

    def spent(query: str) -> float:
        start = processor.spent()
        page = list_page(listed, request_of(actor, query))
        assert len(page.slice.rows) == listed.size
        return processor.spent() - start

    spent(first), spent(deepest)
    return median(spent(deepest) for _ in range(ROUNDS)) / median(spent(first) for _ in range(ROUNDS))


def _cursor_before_the_end(listed, actor, sort: str) -> str:
    """Where the last full page begins: the list's own way, walked from its other end."""
    from arportal.desk.lists.list_page import list_page

    opposite = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    end = list_page(listed, request_of(actor, f"sort={opposite}"))
    if end.order.own_currency:
        end = list_page(listed, request_of(actor, f"sort={opposite}&currency={LAST_CURRENCY}"))
    behind = end.after(end.order.at(end.slice.rows[-1]), 1)
    return list_page(listed, request_of(actor, f"sort={sort}")).order.cursor(behind.rows[0])
