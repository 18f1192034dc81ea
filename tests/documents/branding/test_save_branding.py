"""Saving how documents look: by admins only, never over somebody else's change, and never without a trace."""

import pytest

from arportal.documents.branding.branding import history, save_branding
from arportal.documents.branding.letterheads import branding_of, letterhead_of
from arportal.documents.branding.logos import clean_logo
from arportal.documents.invoices import our_pdf
from arportal.documents.models import Branding, Logo
from arportal.receivables.changes.errors import Conflict
from arportal.stores.access import NotAllowed
from arportal.stores.models import Role, Store
from tests.documents.branding.test_logos import picture
from tests.documents.conftest import opened, text_of


def test_it_works(admin, open_invoices):
    wanted = Branding(store=admin.store, name="Harbour & Sons", bank_details="IBAN 1", accent="#222222")
    assert save_branding(admin, wanted, based_on=None, new_logo=clean_logo(picture()))
    pdf = opened(our_pdf(admin, open_invoices[0]).content)
    assert "Harbour & Sons" in text_of(pdf)
    assert len(pdf.pages[0].images) == 1
    assert branding_of(admin.store).saved_by == admin


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.CONTROLLER])
def test_who_may_not(member, role):
    with pytest.raises(NotAllowed):
        save_branding(member(role), Branding(store=member(role).store, name="x"), based_on=None)
    assert not Branding.objects.exists()


def save(admin, **fields) -> Branding:
    newest = branding_of(admin.store)
    texts = {name: getattr(newest, name) for name in ("name", "bank_details", "logo_id")}
    save_branding(admin, Branding(store=admin.store, **(texts | fields)), based_on=newest.pk)
    return branding_of(admin.store)


def test_what_was_there_stays_with_who_changed_it(admin, member):
    save(admin, name="One", bank_details="IBAN 1")
    save(admin, bank_details="IBAN 2")
    latest, first = history(admin.store, 10)
    assert (latest.before, latest.branding.saved_by) == ({"bank_details": "IBAN 1"}, admin)
    assert first.before == {"name": "", "bank_details": ""}


def test_history_is_cut_without_losing_what_stood_before(admin):
    for number in range(4):
        save(admin, name=f"Name {number}")
    assert [saved.before["name"] for saved in history(admin.store, 2)] == ["Name 2", "Name 1"]


def test_nothing_changed_is_not_written_down(admin):
    first = save(admin, name="One")
    assert not save_branding(admin, Branding(store=admin.store, name="One"), based_on=None)
    assert branding_of(admin.store) == first


def test_never_over_somebody_elses_change(admin):
    first = save(admin, name="One")
    second = save(admin, name="Two")
    with pytest.raises(Conflict, match=str(admin.user)):
        save_branding(admin, Branding(store=admin.store, name="Three"), based_on=first.pk)
    assert branding_of(admin.store) == second


def test_the_logo_stays_until_it_is_taken_away(admin):
    wanted = Branding(store=admin.store)
    save_branding(admin, wanted, based_on=None, new_logo=clean_logo(picture()))
    assert save(admin, name="Two").logo_id == wanted.logo_id
    assert letterhead_of(admin.store).has_logo
    assert save(admin, logo_id=None).logo_id is None
    assert not letterhead_of(admin.store).has_logo


def test_the_same_logo_is_kept_once(admin):
    for name in ("One", "Two"):
        newest = branding_of(admin.store).pk
        wanted = Branding(store=admin.store, name=name)
        save_branding(admin, wanted, based_on=newest, new_logo=clean_logo(picture()))
    assert Logo.objects.filter(store=admin.store).count() == 1


def test_another_stores_branding_is_not_ours(admin):
    other = Store.objects.create(slug="other", name="Other", store_hash="other")
    Branding.objects.create(store=other, name="Other", bank_details="IBAN of others")
    assert letterhead_of(admin.store).bank_details == ""
    assert list(history(admin.store, 9)) == []
