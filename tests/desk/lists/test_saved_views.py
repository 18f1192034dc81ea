"""Views of lists, saved under a name."""

import pytest

from arportal.desk.models import SavedView
from arportal.stores.models import Membership, Role, User
from tests.whole import only_whole, whole_or

QUERY = "status=overdue&cols=number+due+open&sort=due"


@pytest.fixture
def mine(books, browse):
    browser = browse(books)
    return lambda address, data=None: (
        browser.get(f"/s/books/{address}") if data is None else browser.post(f"/s/books/{address}", data)
    )


@pytest.fixture
def colleague(books) -> Membership:
    user = User.objects.create_user("colleague@example.com", name="Cole League")
    return Membership.objects.create(user=user, store=books.store, role=Role.VIEWER, all_companies=True)


@pytest.fixture
def save(mine):
    def save(name: str = "Late ones", *, shared: bool = False, **more: str):
        return mine(
            "views/",
            {"of": "invoices", "query": QUERY, "name": name} | ({"is_shared": "on"} if shared else {}) | more,
        )

    return save


def words(answer) -> str:
    return answer.content.decode()


def test_it_works(mine, save, books):
    answer = save()
    assert (answer.status_code, answer["Location"]) == (302, f"/s/books/invoices/?{QUERY}")
    view = SavedView.objects.get()
    assert (view.owner, view.of, view.name, view.query) == (books, "invoices", "Late ones", QUERY)
    panel = words(mine("invoices/?panel=views"))
    assert f'href="?{QUERY.replace("&", "&amp;")}"' in panel
    assert "Late ones" in panel


@only_whole("test_what_the_list_does_not_know_is_left_out")
def test_the_form_is_offered_for_what_is_shown(mine):
    text = words(mine("invoices/?status=paid&after=x"))
    assert 'href="/s/books/views/?of=invoices&amp;query=status%3Dpaid"' in text
    assert 'name="query" value="status=paid"' in words(mine("views/?of=invoices&query=status%3Dpaid"))


def test_what_the_list_does_not_know_is_left_out(save):
    save(query="status=paid&after=xyz&panel=filters&colour=red&sort=-open")
    assert SavedView.objects.get().query == "status=paid&sort=-open"


WRONG = [
    ({"name": ""}, "This field is required."),
    ({"name": "x" * 81}, "at most 80 characters"),
    ({"of": "colours"}, "There is no such list"),
    ({"query": "status=blue"}, "Select a valid choice"),
    ({"query": "q=" + "x" * 5000}, "at most 4000 characters"),
]


@pytest.mark.parametrize(
    ("sent", "reason"),
    whole_or(WRONG, WRONG[::3]),
)
def test_what_cannot_be_saved_comes_back_with_the_reason(save, sent, reason):
    answer = save(**sent)
    assert answer.status_code == 422
    assert reason in words(answer)
    assert not SavedView.objects.exists()


def test_a_name_is_given_once(save):
    save()
    answer = save()
    assert answer.status_code == 422
    assert "You have a view of this name already" in words(answer)
    assert 'value="Late ones"' in words(answer)


def test_only_shared_ones_are_seen_by_others(save, colleague, browse):
    save("Only mine")
    save("For all", shared=True)
    text = words(browse(colleague).get("/s/books/invoices/?panel=views"))
    assert "For all" in text
    assert "Only mine" not in text
    assert "shared by Kim Keeper" in words(browse(colleague).get("/s/books/views/"))


def test_rename_and_share(mine, save):
    save()
    view = SavedView.objects.get()
    assert mine(f"views/{view.pk}/", {"name": "Later", "is_shared": "on"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("Later", True, QUERY)


@only_whole("test_a_name_is_given_once")
def test_rename_to_a_name_one_has(mine, save):
    save("One")
    save("Two")
    answer = mine(f"views/{SavedView.objects.get(name='Two').pk}/", {"name": "One"})
    assert answer.status_code == 422
    assert "choose another one" in words(answer)


def test_delete(mine, save):
    save()
    assert mine(f"views/{SavedView.objects.get().pk}/delete/", {}).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("address", ["views/{}/", "views/{}/delete/"])
def test_nobody_changes_anothers_even_if_it_is_shared(save, colleague, browse, address):
    save(shared=True)
    path = f"/s/books/{address.format(SavedView.objects.get().pk)}"
    assert browse(colleague).post(path, {"name": "Mine now"}).status_code == 404
    assert SavedView.objects.get().name == "Late ones"


@only_whole("test_it_works")
def test_no_views_yet(mine):
    assert "No views are saved yet" in words(mine("views/"))
    assert "No views are saved yet" in words(mine("invoices/?panel=views"))
