"""The ageing report's page: what it shows, what it refuses, and who sees what."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from arportal.desk.models import SavedView
from arportal.receivables.models import Ledger
from tests.desk.ageing.conftest import TODAY, tables, text_of
from tests.desk.conftest import totals
from tests.whole import only_whole, whole_or

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def test_it_works(see):
    answer = see("ageing/")
    assert answer.status_code == 200
    assert tables(answer) == {
        "EUR": [
            ["Total EUR", "40.00", "220.00", "60.00", DASH, DASH, "320.00", f"{MINUS}15.00", "305.00"],
            ["Beta", DASH, "220.00", DASH, DASH, DASH, "220.00", DASH, "220.00"],
            ["Alpha", DASH, DASH, "60.00", DASH, DASH, "60.00", DASH, "60.00"],
            ["Gamma", "40.00", DASH, DASH, DASH, DASH, "40.00", f"{MINUS}15.00", "25.00"],
        ],
        "JPY": [
            ["Total JPY", DASH, DASH, "7,000", DASH, DASH, "7,000", DASH, "7,000"],
            ["Gamma", DASH, DASH, "7,000", DASH, DASH, "7,000", DASH, "7,000"],
        ],
    }


QUESTIONS = [
    # What the address says → rows in EUR below the total: name and open.
    ("on=2026-01-31", {"Beta": "250.00", "Alpha": "60.00"}),
    ("on=2026-01-31&known=2026-01-31", {"Beta": "250.00", "Alpha": "100.00"}),
    ("on=2026-03-31&known=2026-03-20", None),
    ("by=parent", {"Alpha": "280.00", "Gamma": "40.00"}),
    ("by=x-salesperson", {"Not given": "220.00", "Kim": "100.00"}),
    ("by=parent&on=2026-02-28", {"Alpha": "310.00"}),
    ("by=x-salesperson&on=2026-02-28", {"Not given": "250.00", "Kim": "60.00"}),
    ("on=2025-12-31", {}),
]


def test_each_question_has_its_answer(see):
    wrong = []
    for query, expected in whole_or(QUESTIONS, [QUESTIONS[1], QUESTIONS[6]]):
        rows = tables(see(f"ageing/?{query}")).get("EUR", [])[1:]
        if expected is not None and {row[0]: row[-3] for row in rows} != expected:
            wrong.append((query, rows))
    assert not wrong


@only_whole("test_each_question_has_its_answer")
def test_by_invoice_date_and_other_buckets(see):
    rows = tables(see("ageing/?basis=issued&buckets=10+20+70"))["EUR"]
    # 31 March: Alpha's is 87 days old, Beta's 70, Gamma's 30.
    assert rows[0][:6] == ["Total EUR", DASH, DASH, DASH, "260.00", "60.00"]
    head = text_of(see("ageing/?buckets=10,20,70"))
    assert all(f">{label}</th>" in head for label in ("1–10", "11–20", "21–70", "71+"))  # noqa: RUF001


REFUSALS = [
    ("on=2026-04-01", "id_on", "still to come: nobody knows what will be owed"),
    ("on=yesterday", "id_on", "Enter a valid date"),
    ("known=2026-04-01", "id_known", "still to come: nobody knows what will be known"),
    ("on=2026-03-10&known=2026-03-09", "id_known", "nobody knew yet what would be owed on the later day"),
    ("on=2025-12-01&known=2025-12-31", "id_known", "The ledger began on Jan 1, 2026"),
    ("known=soon", "id_known", "Enter a valid date"),
    ("buckets=60,30", "id_buckets", "Give the last day of each bucket"),
    ("buckets=30,30", "id_buckets", "Give the last day of each bucket"),
    ("buckets=a+month", "id_buckets", "Give the last day of each bucket"),
    ("buckets=0,30", "id_buckets", "Give the last day of each bucket"),
    ("buckets=,", "id_buckets", "Give the last day of each bucket"),
    ("buckets=30,99999", "id_buckets", "Give the last day of each bucket"),
    (f"buckets={'+'.join(map(str, range(1, 15)))}", "id_buckets", "Give the last day of each bucket"),
    ("by=x-colour", "id_by", "Select a valid choice"),
    ("basis=paid", "id_basis", "Select a valid choice"),
]


def test_what_it_cannot_answer_is_refused_beside_the_field(see):
    wrong = []
    for query, field, reason in whole_or(REFUSALS, REFUSALS[::4]):
        answer = see(f"ageing/?{query}")
        beside = text_of(answer).partition(f'id="{field}_error"')[2].partition("</span>")[0]
        if answer.status_code != 422 or reason not in beside or tables(answer):
            wrong.append((query, answer.status_code, beside))
    assert not wrong


@only_whole("test_what_it_cannot_answer_is_refused_beside_the_field")
def test_what_was_typed_is_not_lost(see):
    text = text_of(see("ageing/?on=2026-03-10&known=2026-03-09&buckets=15,45&by=parent"))
    assert 'value="2026-03-09"' in text
    assert 'value="15,45"' in text
    assert '<option value="parent" selected>' in text


@only_whole("test_it_works")
def test_quick_days(see):
    text = text_of(see("ageing/?by=parent"))
    for query in (
        "by=parent",
        "on=2026-02-28&by=parent",
        "on=2026-01-31&by=parent",
        "on=2025-12-31&by=parent",
    ):
        assert f'href="?{query}"' in text


def test_the_address_of_today_names_no_day(see):
    """What is saved today is to answer for tomorrow, tomorrow."""
    part = {"HX-Request": "true", "HX-Target": "ageing"}
    answer = see(f"ageing/?on={TODAY}&known=&basis=due&by=parent&buckets=30, 60, 90&currency=", **part)
    assert answer["HX-Push-Url"] == "/s/books/ageing/?by=parent"
    assert see("ageing/?by=colour", **part)["HX-Push-Url"] == "false"
    assert "<html" not in text_of(answer)
    assert text_of(answer).lstrip().startswith('<div class="stack" id="ageing"')


def test_a_ledger_that_is_not_built_shows_no_figures(books, see):
    Ledger.objects.filter(store=books.store).update(built_at=None)
    answer = see("ageing/")
    assert "The ledger is being built" in text_of(answer)
    assert not tables(answer)
    for address in (
        "ageing/export.csv",
        "ageing/invoices/?of=open&currency=EUR",
    ):
        assert see(address).status_code == 302


@only_whole("desk/ledger/test_movements.py::test_they_can_be_filtered")
def test_how_much_rests_on_what_nobody_can_explain(see):
    text = text_of(see("ageing/"))
    assert "Balance edited outside <a href=" in text
    listed = see(rest_of(text))
    assert "N2" in text_of(listed)
    assert totals(listed) == [["Total EUR", f"{MINUS}30.00 EUR"]]
    before = text_of(see("ageing/?on=2026-03-19"))
    assert "edited outside" not in before
    assert "explain all of it" in before
    seen_to = rest_of(text_of(see("ageing/?on=2026-03-20&known=2026-03-21")))
    assert seen_to.endswith("cause=edited-outside&currency=EUR&day_to=2026-03-20&seen_to=2026-03-21")


def rest_of(text: str) -> str:
    """The address, within the store, at which the movements of the only unexplained part are listed."""
    [address] = re.findall(r'href="/s/books/(ledger/unexplained/[^"]*)"', text)
    return address.replace("&amp;", "&")


def test_who_sees_one_company_sees_its_figures_alone(see, restricted):
    row = [DASH, "220.00", DASH, DASH, DASH, "220.00", DASH, "220.00"]
    past = [["Total EUR", "250.00"], ["Beta", "250.00"]]
    for by in whole_or(("company", "parent"), ("parent",)):
        assert tables(see(f"ageing/?by={by}", restricted)) == {"EUR": [["Total EUR", *row], ["Beta", *row]]}
        for known in whole_or(("", "&known=2026-02-28"), ("",)):
            rows = tables(see(f"ageing/?by={by}&on=2026-02-28{known}", restricted))["EUR"]
            assert [row[:2] for row in rows] == past
    assert "Alpha" not in text_of(see("ageing/?by=parent", restricted))
    assert "N2" in text_of(see(rest_of(text_of(see("ageing/", restricted))), restricted))
    assert "Kim" not in text_of(see("ageing/?by=x-salesperson", restricted))


@only_whole("test_it_works")
def test_pages_show_each_row_once_in_order(see, many):
    for query in ("", "on=2026-02-28", "by=parent", "by=parent&on=2026-02-28"):
        address, shown = f"ageing/?{query}", []
        for _page in range(8):
            answer = see(address)
            assert answer.status_code == 200
            shown += tables(answer)["EUR"][1:]
            following = text_of(answer).partition('<a class="btn btn-plain btn-sm" rel="next" href="')[2]
            if not following:
                break
            address = f"ageing/{following.partition(chr(34))[0]}"
        names, opens = [row[0] for row in shown], [float(row[-3]) for row in shown]
        assert len(names) == len(set(names)) >= 121
        assert opens == sorted(opens, reverse=True)


@only_whole("desk/lists/test_lists.py::test_a_bad_address_is_answered_in_words")
def test_a_page_address_of_another_currency_is_refused(see, many):
    following = text_of(see("ageing/")).partition('rel="next" href="')[2].partition('"')[0]
    assert see(f"ageing/{following}").status_code == 200
    answer = see(f"ageing/{following.replace('currency=EUR', 'currency=JPY')}")
    assert answer.status_code == 422
    assert "no longer valid" in text_of(answer)


@only_whole("desk/lists/test_lists.py::test_queries_do_not_grow")
def test_more_companies_take_no_more_queries(see, many, books):
    see("ageing/")
    counts = []
    for company_ids in ([1, 2, 3], list(range(250))):
        books.controller.all_companies = False
        books.controller.company_ids = company_ids
        books.controller.save()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            see("ageing/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@only_whole("desk/lists/test_saved_views.py::test_it_works")
def test_a_report_is_saved_as_a_view(books, see):
    query = "on=2026-02-28&by=parent&buckets=15, 45"
    assert "Save this view of Ageing" in text_of(see(f"views/?of=ageing&query={query.replace('&', '%26')}"))
    from django.test import Client as Browser

    with books.at(TODAY):
        browser = Browser()
        browser.force_login(books.controller.user)
        sent = {"of": "ageing", "query": f"{query}&after=x&colour=red", "name": "February"}
        answer = browser.post("/s/books/views/", sent)
        refused = browser.post("/s/books/views/", sent | {"query": "on=never", "name": "Never"})
    assert answer.status_code == 302
    assert SavedView.objects.get().query == "on=2026-02-28&by=parent&buckets=15%2C+45"
    assert answer["Location"].startswith("/s/books/ageing/?on=2026-02-28")
    assert "February</a>" in text_of(see("ageing/"))
    assert refused.status_code == 422
    assert "As of: Enter a valid date" in text_of(refused)
