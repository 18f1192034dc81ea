"""Credit, payment terms, status, place in the hierarchy and contact of a company."""

import uuid

import pytest
from django.utils import timezone

from arportal.b2b import CompanyStatus
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Buyer, Company, CreditTerms, ExtraField
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.edit_buyer import EditBuyer
from arportal.receivables.companies.edit_company import EditCompany
from arportal.receivables.companies.set_company_status import SetCompanyStatus
from arportal.receivables.companies.set_credit import SetCredit
from arportal.receivables.companies.set_parent import SetParent
from arportal.receivables.companies.set_terms import SetTerms, known_terms
from arportal.receivables.companies.set_values import extra_values
from arportal.receivables.models import Change
from tests.whole import only_whole

WHY = "As agreed"


@pytest.fixture
def ask(admin, company):
    """Asks for values of the company, or of `of`; `seen` are those that differ from what is known."""

    def ask(verb, seen=None, reason=WHY, of=None, **wanted) -> Change:
        of = of or company
        of.refresh_from_db()
        form = verb.fill(
            actor=admin,
            change_id=uuid.uuid4(),
            target_id=of.api_id,
            seen=(verb.known(of) or {}) | (seen or {}),
            wanted=wanted,
            reason=reason,
        )
        return perform(form)

    return ask


@pytest.fixture
def on_credit(store) -> Company:
    """A company that buys on credit."""
    terms = CreditTerms.objects.filter(store=store, credit_enabled=True).order_by("api_id")[0]
    return Company.objects.get(store=store, api_id=terms.api_id)


@pytest.fixture
def others(store, company) -> list[Company]:
    """Companies that stand alone."""
    alone = Company.objects.filter(store=store, parent_id=None).exclude(pk=company.pk)
    parents = Company.objects.filter(store=store).exclude(parent_id=None).values("parent_id")
    return list(alone.exclude(api_id__in=parents).order_by("-api_id"))


def test_it_works(ask, on_credit, sandbox):
    path = f"/companies/{on_credit.api_id}/credit"
    before = sandbox.get(path)
    change = ask(
        SetCredit, of=on_credit, available_credit="1200.5", credit_currency="CAD", limits_purchases=True
    )
    assert (change.state, change.error) == (Change.State.APPLIED, "")
    assert (change.after["available_credit"], change.payload["reason"]) == ("1200.5", WHY)
    assert sandbox.get(path) == before | {
        "availableCredit": 1200.5,
        "creditCurrency": "CAD",
        "limitPurchases": True,
    }
    known = CreditTerms.objects.get(store=on_credit.store, api_id=on_credit.api_id)
    assert (known.available_credit, known.limits_purchases) == (1200.5, True)


def test_terms_and_back_to_the_stores_own(ask, company, sandbox):
    path = f"/companies/{company.api_id}/payment-terms"
    assert ask(SetTerms, own_terms_days=45).state == Change.State.APPLIED
    assert sandbox.get(path) == {"isEnabled": True, "paymentTerms": 45}
    assert ask(SetTerms, own_terms_days=None).state == Change.State.APPLIED
    assert sandbox.get(path)["isEnabled"] is False
    with pytest.raises(Invalid, match="0, 5, 15, 30, 45, 60 days"):
        ask(SetTerms, own_terms_days=31)


@only_whole("test_terms_and_back_to_the_stores_own")
def test_terms_that_were_never_read_are_read_first(ask, company, sandbox):
    CreditTerms.objects.filter(api_id=company.api_id).delete()
    sandbox.put(f"/companies/{company.api_id}/payment-terms", {"isEnabled": True, "paymentTerms": 5})
    assert ask(SetTerms, seen={"own_terms_days": 5}, own_terms_days=60).state == Change.State.APPLIED
    known = CreditTerms.objects.get(api_id=company.api_id)
    # The next pass reads the credit, which nobody has asked for.
    assert (known.terms_days, known.credit_enabled, known.is_left_out) == (60, None, True)


def test_status_goes_only_where_it_makes_sense(ask, company, sandbox):
    path = f"/companies/{company.api_id}"
    for status in (CompanyStatus.INACTIVE, CompanyStatus.APPROVED):
        assert ask(SetCompanyStatus, status=int(status)).state == Change.State.APPLIED
        assert int(sandbox.get(path)["companyStatus"]) == status
    sandbox.control("DELETE", "requests")
    with pytest.raises(Invalid, match="cannot go there"):
        ask(SetCompanyStatus, status=int(CompanyStatus.REJECTED))
    assert sandbox.writes() == []


@only_whole("test_no_circle_and_no_company_that_one_cannot_see")
def test_below_another_company_moved_and_detached(ask, company, others, sandbox):
    path = f"/companies/{company.api_id}"
    for parent_id in (others[0].api_id, others[1].api_id, None):
        assert ask(SetParent, parent_id=parent_id).error == ""
        assert sandbox.get(path)["parentCompany"]["id"] == parent_id
        company.refresh_from_db()
        assert company.parent_id == parent_id


def test_no_circle_and_no_company_that_one_cannot_see(ask, company, others, admin, sandbox):
    ask(SetParent, of=others[0], parent_id=company.api_id)
    sandbox.control("DELETE", "requests")
    for parent_id in (others[0].api_id, company.api_id):
        with pytest.raises(Invalid, match="one of its subsidiaries"):
            ask(SetParent, parent_id=parent_id)
    admin.all_companies, admin.company_ids = False, [company.api_id]
    with pytest.raises(Invalid, match="no such company"):
        ask(SetParent, parent_id=others[1].api_id)
    assert sandbox.writes() == []
    admin.all_companies = True
    ask(SetParent, of=others[0], parent_id=None)
    assert sandbox.get(f"/companies/{others[0].api_id}")["parentCompany"]["id"] is None


@only_whole("test_no_circle_and_no_company_that_one_cannot_see")
def test_more_layers_than_the_store_takes_are_refused_in_plain_words(ask, company, others):
    for child, parent in zip(others[1:5], others[:4], strict=True):
        assert ask(SetParent, of=child, parent_id=parent.api_id).error == ""
    change = ask(SetParent, parent_id=others[4].api_id)
    assert change.state == Change.State.REFUSED
    assert "five layers at most" in change.error


def test_contact_and_extra_fields(ask, company, sandbox):
    now = sandbox.get(f"/companies/{company.api_id}")
    field = ExtraField.objects.filter(of="companies", gone_at=None).order_by("name")[0].name
    change = ask(EditCompany, **{"phone": "+49 30 1234", "city": "Bremen", f"extra {field}": "Nord"})
    assert (change.error, set(change.after)) == ("", {"phone", "city", f"extra {field}"})
    after = sandbox.get(f"/companies/{company.api_id}")
    assert (after["companyPhone"], after["city"]) == ("+49 30 1234", "Bremen")
    assert {each["fieldName"]: each["fieldValue"] for each in after["extraFields"]}[field] == "Nord"
    assert after["companyEmail"] == now["companyEmail"]
    company.refresh_from_db()
    assert (company.phone, company.city) == ("+49 30 1234", "Bremen")


def test_a_buyer(ask, company, sandbox):
    buyer = Buyer.objects.filter(company_id=company.api_id).order_by("api_id")[0]
    role = (buyer.role + 1) % 3
    wanted = {"first_name": "Ada", "role": role, "extra Desk": "4"}
    change = ask(EditBuyer, of=buyer, **wanted)
    assert (change.error, change.company_id, change.target_id) == ("", company.api_id, buyer.api_id)
    now = sandbox.get(f"/users/{buyer.api_id}")
    assert (now["firstName"], now["role"], now["email"]) == ("Ada", role, buyer.email)
    assert {"fieldName": "Desk", "fieldValue": "4"} in now["extraFields"]
    buyer.refresh_from_db()
    assert (buyer.name.split()[0], buyer.role) == ("Ada", role)
    with pytest.raises(Invalid, match="no such role"):
        ask(EditBuyer, of=buyer, role=9)


def test_without_a_reason_or_anything_to_change(ask, company, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        ask(EditCompany, reason=" ", phone="1")
    with pytest.raises(Invalid, match="Give a reason"):
        ask(SetTerms, reason=" ", own_terms_days=60)
    with pytest.raises(Invalid, match="Nothing would change"):
        ask(EditCompany, phone=company.phone)
    assert sandbox.writes() == []


def test_somebody_else_was_faster(ask, company, sandbox):
    seen = {"phone": company.phone}
    sandbox.put(f"/companies/{company.api_id}", {"companyPhone": "theirs"})
    sandbox.control("DELETE", "requests")
    with pytest.raises(Conflict) as conflict:
        ask(EditCompany, seen=seen, phone="ours")
    assert (conflict.value.seen, conflict.value.now["phone"]) == (seen, "theirs")
    assert sandbox.writes() == []
    # Of another field it is no conflict.
    assert ask(EditCompany, city="Bremen").state == Change.State.APPLIED


def test_credit_of_a_company_without(ask, on_credit, sandbox):
    path = f"/companies/{on_credit.api_id}/credit"
    with pytest.raises(Invalid, match="nothing else to set"):
        ask(SetCredit, of=on_credit, credit_enabled=False, available_credit="7")
    assert ask(SetCredit, of=on_credit, credit_enabled=False).state == Change.State.APPLIED
    assert sandbox.get(path)["creditEnabled"] is False
    with pytest.raises(Invalid, match="does not buy on credit"):
        ask(SetCredit, of=on_credit, available_credit="7")
    assert (
        ask(SetCredit, of=on_credit, credit_enabled=True, available_credit="7").state == Change.State.APPLIED
    )
    assert sandbox.get(path)["availableCredit"] == 7


def test_what_became_of_it(company, store, sandbox):
    before = {"phone": company.phone, "city": company.city}
    change = Change(store=store, company_id=company.api_id, target_id=company.api_id, before=before)
    change.after = {"phone": "ours", "city": "Bremen"}

    def outcome(**at_store) -> LookupOutcome:
        if at_store:
            sandbox.put(f"/companies/{company.api_id}", at_store)
        return EditCompany.handler.look_up(client_for(store), change).outcome

    assert outcome() == LookupOutcome.NOT_DONE
    assert outcome(companyPhone="ours") == LookupOutcome.OVERTAKEN  # Both were sent at once.
    assert outcome(city="Bremen") == LookupOutcome.DONE


def test_extra_fields_are_texts():
    fields = [{"fieldName": "Region", "fieldValue": "Nord"}, {"fieldName": "Desk", "fieldValue": None}]
    assert extra_values(fields) == {"extra Region": "Nord", "extra Desk": ""}


def test_what_is_switched_off_for_the_store_is_said_to_be_off(ask, on_credit, sandbox):
    sandbox.control("PUT", "quirks", {"store_credit": "off", "store_terms": "off"})
    with pytest.raises(Invalid, match="credit is switched off for this store"):
        ask(SetCredit, of=on_credit, available_credit="7")
    with pytest.raises(Invalid, match="payment terms are switched off for this store"):
        ask(SetTerms, own_terms_days=60)


def test_terms_that_the_store_does_not_tell_are_not_known(company, other_store):
    """They are not "the store's own", and not those of the same number at another store."""
    CreditTerms.objects.filter(store=company.store, api_id=company.api_id).update(terms_enabled=None)
    row = CreditTerms(store=other_store, api_id=company.api_id, read_at=timezone.now())
    row.terms_enabled, row.terms_days = True, 60
    row.save()
    assert known_terms(company.store_id, [company.api_id]) == {}


def test_an_amount_that_the_store_does_not_tell(ask, on_credit, sandbox, store):
    """What was done is found by the values that the store does tell."""
    sandbox.control("PUT", "quirks", {"available_credit": "null"})
    seen = {"available_credit": None, "credit_currency": None}
    change = ask(
        SetCredit,
        seen=seen,
        of=on_credit,
        available_credit="8",
        credit_currency="USD",
        limits_purchases=True,
    )
    assert change.state == Change.State.APPLIED
    assert SetCredit.known(on_credit)["available_credit"] is None
    assert SetCredit.handler.look_up(client_for(store), change).outcome == LookupOutcome.DONE
