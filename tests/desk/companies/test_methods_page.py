"""The company's page and the switches of its payment methods."""

import uuid

import pytest

from arportal.mirror.models import CompanyMethod
from tests.whole import only_whole


@pytest.fixture
def methods(company) -> dict[str, bool]:
    found = CompanyMethod.objects.filter(store=company.store, company_id=company.api_id)
    return {method.code: method.is_enabled for method in found}


@pytest.fixture
def save(company, methods, browse):
    def save(person, enabled, *, was=None):
        url = f"/s/demo/companies/{company.api_id}/methods/"
        shown = [code for code, on in methods.items() if on] if was is None else was
        return browse(person).post(url, {"change_id": str(uuid.uuid4()), "enabled": enabled, "was": shown})

    return save


def at_the_store(sandbox, company) -> dict[str, bool]:
    found = sandbox.get(f"/companies/{company.api_id}/payments")
    return {method["code"]: method["isEnabled"] for method in found}


def test_it_works(admin, company, methods, save, sandbox):
    flipped = {code: not on if number < 2 else on for number, (code, on) in enumerate(methods.items())}
    answer = save(admin, [code for code, on in flipped.items() if on])
    assert (answer.status_code, answer["Location"]) == (303, f"/s/demo/companies/{company.api_id}/")
    assert at_the_store(sandbox, company) == flipped
    assert len(sandbox.writes()) == 1


def test_nothing_touched_nothing_sent(admin, methods, save, sandbox):
    assert save(admin, [code for code, on in methods.items() if on]).status_code == 303
    assert not sandbox.writes()


def test_an_old_page_does_not_undo_what_others_did(admin, company, methods, save, sandbox):
    first, second = list(methods)[:2]
    sandbox.put(f"/companies/{company.api_id}/payments", {"payments": [{"code": second, "isEnabled": False}]})
    save(admin, [second], was=[first, second])
    assert at_the_store(sandbox, company)[second] is False


def test_an_unknown_method(admin, save, sandbox):
    answer = save(admin, ["barter"])
    assert answer.status_code == 422
    assert "The methods have changed meanwhile" in answer.content.decode()
    assert not sandbox.writes()


@only_whole("test_an_unknown_method")
def test_the_store_is_down(admin, save, sandbox):
    sandbox.fault("500", count=9)
    answer = save(admin, [])
    assert answer.status_code in (303, 422)


@only_whole("desk/test_permissions.py::test_each_role_enters_where_it_may")
def test_who_may_not_switch_sees_how_they_stand(clerk, company, browse):
    text = browse(clerk).get(f"/s/demo/companies/{company.api_id}/").content.decode()
    assert "Save methods" not in text
    assert 'role="switch"' in text
    assert "Record payment" in text


@only_whole("desk/recording/test_drafts.py::test_picked_invoices_that_cannot_be_in_it")
def test_only_what_is_owed_can_be_picked(clerk, viewer, company, open_invoices, browse):
    url = f"/s/demo/companies/{company.api_id}/?status=unpaid"
    picked = browse(clerk).get(url).content.decode()
    assert f'name="pick" value="{open_invoices[0].api_id}"' in picked
    assert 'name="pick"' not in browse(clerk).get(url.replace("unpaid", "paid")).content.decode()
    assert 'name="pick"' not in browse(viewer).get(url).content.decode()


def test_names_are_suggested(viewer, company, browse):
    answer = browse(viewer).get("/s/demo/companies/names/", {"company": company.name[:4]})
    assert answer.content.decode().startswith("<option value=")
