"""The page of all companies' statements: who gets one, what is refused, and the run."""

import html
import re
import uuid

from arportal.documents.exports import packing
from arportal.documents.exports.work import work
from arportal.documents.models import Export
from arportal.mirror.models import Company
from arportal.receivables.models import CompanyBalance, Mail
from arportal.stores.models import Membership
from tests.whole import whole_or

PATH = "/s/demo/statements/"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def finished(export: Export) -> Export:
    work(export, 1)
    assert packing.close(export)
    export.refresh_from_db()
    packing.pack(export)
    export.refresh_from_db()
    return export


def test_it_works(clerk, store, browse):
    browser = browse(clerk)
    owing = CompanyBalance.objects.filter(store=store).exclude(open=0, credit=0)
    ids = set(sorted(owing.values_list("company_id", flat=True))[: whole_or(None, 3)])
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=list(ids))
    silent = Company.objects.get(store=store, api_id=min(ids))
    Company.objects.filter(pk=silent.pk).update(email="")
    page = text_of(browser.get(PATH))
    assert f"{len(ids)} companies get one" in page
    assert "1 has no e-mail address" in page
    assert "please find attached" in page
    shown = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    typed = shown | {"shape": "mail", "export_id": str(uuid.uuid4())}
    for _twice in range(2):
        answer = browser.post(f"{PATH}start/", typed)
        assert answer.status_code == 303
    export = finished(Export.objects.get())
    page = text_of(browser.get(answer["Location"]))
    assert f"Statements of {len(ids)} companies" in page
    assert f"{len(ids) - 1} mails were written" in page
    assert "The company has no e-mail address." in page
    assert silent.name in page
    log = text_of(browser.get(f"/s/demo/mails/?batch={export.pk}"))
    assert len(re.findall(r'<tr id="row-', log)) == Mail.objects.count() == len(ids) - 1
    assert "Open invoices at its end" in text_of(browser.get(PATH))
    # Among exports of invoices it is not listed.
    assert str(export.pk) not in text_of(browser.get("/s/demo/exports/"))


def test_what_is_refused(clerk, viewer, browse):
    browser = browse(clerk)
    wrong = {
        "minimum=5": "Say in which currency",
        "currency=USD&minimum=five": "is not a number",
        "first=2026-03-02&last=2026-03-01": "The period begins after its end",
        "last=2999-01-01": "still to come",
    }
    for query, words in list(wrong.items())[: whole_or(None, 2)]:
        answer = browser.get(f"{PATH}?{query}")
        assert (answer.status_code, words in text_of(answer)) == (422, True), query
    typed = {"export_id": str(uuid.uuid4()), "shape": "mail", "shows": "open"}
    assert browser.post(f"{PATH}start/", typed | {"shape": "papyrus"}).status_code == 422
    nobody = browser.post(f"{PATH}start/", typed | {"currency": "USD", "minimum": "999999999"})
    assert "Nobody has such a balance" in text_of(nobody)
    assert browse(viewer).post(f"{PATH}start/", typed).status_code == 403
    assert not Export.objects.exists()


def test_of_the_companies_one_may_see(clerk, company, browse):
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[company.api_id])
    page = text_of(browse(clerk).get(PATH))
    assert "1 company gets one" in page
    names = Company.objects.filter(store=company.store).exclude(api_id=company.api_id)
    assert not [name for name in names.values_list("name", flat=True) if name in page]
