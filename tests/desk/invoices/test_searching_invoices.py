"""The search box of the invoice list: by how words begin, in number, PO, order, external id and company."""

import re
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import keyset
from arportal.mirror.models import Invoice
from arportal.mirror.models.words import Begin
from arportal.stores.models import Store
from tests.desk.conftest import an_invoice, ids


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


@pytest.mark.parametrize(
    "words",
    [
        *("INV-00000141", "inv-00000141", "00000141", "141", "inv-0000014", "PO-2024/118", "2024/118", "118"),
        *(
            "7001",
            "70",
            "ERP#88_9",
            "88_9",
            "#88",
            "o'neil",
            "neil",
            "SÖHNE",
            "söh",
            "groß",
            "(Groß)",
            "深圳",
        ),
        *("neil 141", "141   neil", " 141 ", "o'neil & söhne", "-141"),
    ],
)
def test_it_works(see, one, words):
    assert ids(see(f"invoices/?q={words.replace('&', '%26').replace('#', '%23')}")) == [1]


@pytest.mark.parametrize(
    "words", ["41", "2024 999", "neill", "&", "%27", "a%27:* | %27b", "\\", ":*", "<->", "🧾"]
)
def test_what_no_word_begins_with(see, one, words):
    answer = see(f"invoices/?q={words.replace('&', '%26')}")
    assert (answer.status_code, ids(answer)) == (200, [])


def test_what_is_changed_is_found_by_its_new_words(see, one):
    Invoice.objects.filter(api_id=1).update(number="NEW-7")
    assert ids(see("invoices/?q=new-7")) == [1]
    assert ids(see("invoices/?q=inv-00000141")) == []


def test_another_store_is_not_searched(see, one, books):
    other = Store.objects.create(
        slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9/"
    )
    an_invoice(other, 3, number="INV-00000141").save()
    assert ids(see("invoices/?q=inv-00000141")) == [1]


@pytest.mark.parametrize("near", [1, 30])
@pytest.mark.parametrize("sort", ["number", "-issued", "-paid", "status"])
def test_pages_hold_the_same_rows_however_they_are_looked_for(see, write, monkeypatch, sort, near):
    """Some numbers begin with N1, and pages are turned to the end and back."""
    write(70)
    everything = [row for page in pages(see, f"invoices/?sort={sort}") for row in page]
    wanted = set(Invoice.objects.filter(number__startswith="N1").values_list("api_id", flat=True))
    monkeypatch.setattr(keyset, "NEAR", near)
    monkeypatch.setitem(vars(INVOICES), "size", 7)
    forwards = pages(see, f"invoices/?sort={sort}&q=n1")
    assert [row for page in forwards for row in page] == [row for row in everything if row in wanted]


def pages(see, address: str) -> list[list[int]]:
    found = []
    for _ in range(30):
        answer = see(address)
        found.append(ids(answer))
        following = re.search(r'rel="next" href="([^"]*)"', answer.content.decode())
        if following is None:
            break
        address = f"invoices/{unescape(following[1])}"
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_typed_breaks_nothing_and_finds_what_begins_so(books, text):
    Invoice.objects.filter(store=books.store).delete()
    an_invoice(books.store, 1, number=text[:150], company_name=text).save()
    found = Invoice.objects.filter(store=books.store)
    list(found.filter(Begin(books.store.pk, text)))
    for word in text[:150].split():
        if word.isascii() and word[0].isalnum():
            assert found.filter(Begin(books.store.pk, word[:100])).exists(), word
