"""The search box of the invoice list: by how words begin, in number, PO, order, external id and company."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import keyset
from arportal.mirror.models import Invoice
from arportal.mirror.models.words import Begin
from arportal.stores.models import Store
from tests.desk.conftest import an_invoice, ids, rows_of
from tests.whole import only_whole, whole_or


@pytest.fixture
def one(books):
    an_invoice(
        books.store,
        1,
        number="INV-00000141",
        purchase_order_number="PO-2024/118",
        order_number="7001",
        external_id="ERP#88_9",
        company_name="O'Neil & Söhne (Groß) 深圳市华强",
    ).save()
    an_invoice(books.store, 2, number="INV-00000150", company_name="Other").save()


def searched(page_of, words: str) -> list[int]:
    return rows_of(page_of(INVOICES, urlencode({"q": words})))


def test_it_works(page_of, one):
    numbers = ("INV-00000141", "inv-00000141", "00000141", "141", "inv-0000014", "-141", " 141 ")
    others = ("PO-2024/118", "2024/118", "118", "7001", "70", "ERP#88_9", "88_9", "#88")
    names = ("o'neil", "neil", "SÖHNE", "söh", "groß", "(Groß)", "深圳", "o'neil & söhne")
    everything = [*numbers, *others, *names, "neil 141", "141   neil"]
    for words in whole_or(everything, everything[1::3]):
        assert searched(page_of, words) == [1], words


def test_what_no_word_begins_with(page_of, one):
    for words in ("41", "2024 999", "neill", "&", "'", "a':* | 'b", "\\", ":*", "<->", "🧾"):
        page = page_of(INVOICES, urlencode({"q": words}))
        assert (page.status, rows_of(page)) == (200, []), words


def test_words_in_an_address(see, one):
    for words, expected in (("ERP%2388", [1]), ("o'neil %26 söhne", [1]), ("a%27:* | %27b", []), ("🧾", [])):
        answer = see(f"invoices/?q={words}")
        assert (answer.status_code, ids(answer)) == (200, expected), words


@only_whole("test_it_works")
def test_what_is_changed_is_found_by_its_new_words(see, one):
    Invoice.objects.filter(api_id=1).update(number="NEW-7")
    assert ids(see("invoices/?q=new-7")) == [1]
    assert ids(see("invoices/?q=inv-00000141")) == []


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_another_store_is_not_searched(see, one, books):
    other = Store.objects.create(
        slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9/"
    )
    an_invoice(other, 3, number="INV-00000141").save()
    assert ids(see("invoices/?q=inv-00000141")) == [1]


def test_pages_hold_the_same_rows_however_they_are_looked_for(page_of, write, monkeypatch):
    """Some numbers begin with N1, and pages are turned to the end."""
    write(70)
    wanted = set(Invoice.objects.filter(number__startswith="N1").values_list("api_id", flat=True))
    for sort in whole_or(("number", "-issued", "-paid", "status"), ("-issued",)):
        everything = walked(page_of, f"sort={sort}")
        for near in (1, 30):
            with monkeypatch.context() as patch:
                patch.setattr(keyset, "NEAR", near)
                patch.setitem(vars(INVOICES), "size", 7)
                forwards = walked(page_of, f"sort={sort}&q=n1")
            assert forwards == [row for row in everything if row in wanted], (sort, near)


def walked(page_of, query: str) -> list[int]:
    """The rows of all pages."""
    found = []
    while query:
        page = page_of(INVOICES, query)
        found += rows_of(page)
        query = page.next_url.removeprefix("?")
    return found


@settings(
    max_examples=whole_or(60, 15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_typed_breaks_nothing_and_finds_what_begins_so(books, text):
    Invoice.objects.filter(store=books.store).delete()
    an_invoice(books.store, 1, number=text[:150], company_name=text).save()
    found = Invoice.objects.filter(store=books.store)
    list(found.filter(Begin(books.store.pk, text)))
    for word in text[:150].split():
        if word.isascii() and word[0].isalnum():
            assert found.filter(Begin(books.store.pk, word[:100])).exists(), word
