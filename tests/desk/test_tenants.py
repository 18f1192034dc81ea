"""Nobody sees anything of another store, or of a company they may not see: every address of the resolver, by every
role, with every method. An address with a parameter that is not told here cannot be asked for, and fails."""

import gzip
import html
import io
import re
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import product
from typing import Any
from urllib.parse import unquote

import pypdf
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser

from arportal.desk import urls
from arportal.desk.models import KeptForm, SavedView
from arportal.documents.models import Export
from arportal.mirror.models import Invoice
from arportal.receivables.models import (
    AgeingSnapshot,
    BankFile,
    BankLine,
    BankUpload,
    BankUse,
    Change,
    CompanyAddress,
    Discrepancy,
    Dispute,
    Import,
    Mail,
    MailAttachment,
    MailRecipient,
    Note,
    OnAccount,
    PromiseToPay,
    ReminderRun,
    WebhookDelivery,
    WebhookSubscription,
)
from arportal.stores.access import Permission
from arportal.stores.models import ApiToken, Invitation, Membership, Role
from tests import whole
from tests.addresses import METHODS, Address, addresses
from tests.desk.foreign_rows import API_IDS, BEGIN, SEEN, ForeignRows, foreign_store
from tests.whole import whole_or

pytestmark = pytest.mark.usefixtures("confined")
# Name of a parameter → the model whose own id it is.
KEYS = {
    "snapshot_id": AgeingSnapshot,
    "money_id": OnAccount,
    "mail_id": Mail,
    "file_id": MailAttachment,
    "delivery_id": MailRecipient,
    "change_id": Change,
    "run_id": ReminderRun,
    "note_id": Note,
    "promise_id": PromiseToPay,
    "dispute_id": Dispute,
    "address_id": CompanyAddress,
    "invitation_id": Invitation,
    "member_id": Membership,
    "view_id": SavedView,
    "discrepancy_id": Discrepancy,
    "export_id": Export,
    "import_id": Import,
    "key": KeptForm,
    "token_id": ApiToken,
    "bank_file_id": BankFile,
    "line_id": BankLine,
    "upload_id": BankUpload,
    "use_id": BankUse,
    "webhook_id": WebhookSubscription,
    "message_id": WebhookDelivery,
}
# Parameters that name nothing of anybody's.
PLAIN = {
    "operation": 1,
    "status": 2,
    "currency": "USD",
    "name": "manifest",
    "profile": "factur-x",
    "token": "not-one",
    "uidb36": "1",
    "pk": 999_999,
}
OF_SOMEBODY = {*API_IDS, *KEYS, "batch"}
KINDS = whole_or(("csv", "xlsx"), ("csv",))
# What a form would send to have these rows in a list, and what fields with suggestions would look for.
SELECTED = {
    "pick": "company_id",
    "company": "company_id",
    "companies": "company_id",
    "invoice": "invoice_id",
    "credit": "invoice_id",
    "payment": "payment_id",
}
SUGGESTED = f"company={BEGIN}&customer_id={BEGIN}"
# Shows a text of the person's own.
SAYS_NOTHING = {"statement_mail_preview"}
SETTINGS = {Permission.CONFIGURE, Permission.BRAND}
SEPARATORS = re.compile(r"(?<=\d)[,.](?=\d)")
Answer = Callable[..., HttpResponse]


def every_address() -> list[Address]:
    """With all methods there are, or in the suite with those that it takes."""
    return [(name, route, whole_or(METHODS, methods)) for name, route, methods in addresses()]


def parameters(route: str) -> list[str]:
    return [name for name in re.findall(r"<(?:\w+:)?(\w+)>", route) if name != "slug"]


def filled(route: str, rows: ForeignRows, slug: str, kind: str) -> str:
    """The address of these rows."""
    values = {"slug": slug, "kind": kind} | PLAIN | rows.api_ids
    for name in parameters(route):
        if name in KEYS:
            values[name] = rows.foreign(KEYS[name]).pk
    values["batch"] = rows.foreign(Change).batch
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), route)


def text_of(content: bytes) -> str:
    """All the text in what was sent: out of a PDF, of each file of a workbook or a zip, and of pages without tags."""
    if content.startswith(b"\x1f\x8b"):
        return text_of(gzip.decompress(content))
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            return "\n".join([name + text_of(files.read(name)) for name in files.namelist()])
    if content.startswith(b"%PDF-"):
        pdf = pypdf.PdfReader(io.BytesIO(content))
        return f"{pdf.metadata} {[page.extract_text() for page in pdf.pages]}"
    plain = html.unescape(content.decode(errors="replace"))
    return plain + re.sub("<[^>]*>", "", plain)


def told_by(answer: HttpResponse) -> list[str]:
    """The foreign words and amounts in the answer, its headers and cookies."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SEEN.findall(f"{unquote(f'{answer.headers} {answer.cookies}')} {text_of(content)}")


def asking(browser: Browser) -> Answer:
    """A function that asks an address, of which nothing remains."""
    browser.raise_request_exception = False
    cookies = browser.cookies.copy()

    def ask(method: str, address: str, sent: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        browser.cookies = cookies.copy()
        with transaction.atomic():
            if method == "POST":
                answer = browser.post(address, sent, headers=headers)
            else:
                answer = browser.generic(method, address, headers=headers)
            transaction.set_rollback(True)
        return answer

    return ask


def some_of(asked: Iterable[Address]) -> Iterator[Address]:
    """Every page of the store that is nobody's in particular, and one address of each way to name somebody's things.

    A list's file has the rows of its page, and settings of the store are of no company.
    """
    met = set()
    settings = {page.name for page in urls.store_pages if page.callback.permission in SETTINGS}
    for name, route, methods in asked:
        kind = ("GET" not in methods, frozenset(OF_SOMEBODY.intersection(parameters(route))))
        is_ours = route.startswith("/s/") and "kind>" not in route and name not in settings
        if is_ours and (kind not in met or not any(kind)):
            met.add(kind)
            yield name, route, methods[:1]


def by_get(every: list[Address], name: str) -> Address:
    return next((name, route, ("GET",)) for each, route, _ in every if each == name)


def leaks(
    ask: Answer, rows: ForeignRows, asked: Iterable[Address], query: str = "", slug: str = "demo"
) -> Any:
    """Method and address → what was told of others, or a status that says more than that there is no such thing."""
    found: dict[str, Any] = {}
    selected = {name: rows.api_ids[of] for name, of in SELECTED.items()}
    for name, route, methods in asked:
        for method, kind in product(methods, KINDS if "kind>" in route else KINDS[:1]):
            address = filled(route, rows, slug, kind) + query * (method != "POST")
            answer = ask(method, address, selected)
            if told := told_by(answer):
                found[f"{method} {name} {address}"] = told
            elif answer.status_code not in expected(name, route, rows, slug):
                found[f"{method} {name} {address}"] = answer.status_code
    return found


def expected(name: str, route: str, rows: ForeignRows, slug: str) -> Container[int]:
    """The statuses of an address that tell nothing: of hidden things, and of another store, that there are none."""
    is_hidden = rows.word == "Hidden" and OF_SOMEBODY.intersection(parameters(route)) - {"key"}
    is_elsewhere = slug != "demo" and route.startswith("/s/")
    if is_elsewhere or (is_hidden and name not in SAYS_NOTHING):
        return (403, 404, 405)
    return range(504 if name == "readyz" else 500)


@pytest.fixture
def near(company) -> dict[str, int]:
    """API ids of things that a person with this company alone does see: another store numbers its own the same."""
    own = {name: model.objects.filter(store=company.store) for name, model in API_IDS.items()}
    api_ids = {"company_id": company.api_id}
    for name in own.keys() - api_ids.keys():
        api_ids[name] = own[name].filter(company_id=company.api_id).values_list("api_id", flat=True)[0]
    return api_ids


@pytest.fixture
def other(store, near) -> ForeignRows:
    return foreign_store(near)


@pytest.fixture
def hidden(store, admin, other) -> ForeignRows:
    """Of a company of the same store."""
    far = {name: 77_000_001 + number for number, name in enumerate(API_IDS)}
    return ForeignRows(store, admin, "Hidden", far, beside=other)


@pytest.mark.parametrize("role", whole_or(Role, (Role.ADMIN,)))
def test_who_sees_one_company_is_told_of_no_other(role, member, near, other, hidden, browse):
    person = member(role)
    ask, every = asking(browse(person)), every_address()
    # Who may see it is told, by a page and by files: what is looked for is found.
    for address in ("invoices/", *whole_or(("invoices/export.csv",), ()), "invoices/export.xlsx"):
        told = told_by(ask("GET", f"/s/demo/{address}?q={BEGIN}"))
        assert {"QxHidden number", "7310000000"} <= {SEPARATORS.sub("", words) for words in told}, address
    if whole.is_asked_for:
        paper = ask("GET", f"/s/demo/invoices/{near['invoice_id']}/pdf/ours/").content
        assert Invoice.objects.get(store=person.store, api_id=near["invoice_id"]).number in text_of(paper)
    Membership.objects.filter(pk=person.pk).update(all_companies=False, company_ids=[near["company_id"]])
    found = leaks(ask, hidden, whole_or(every, some_of(every)), f"?q={BEGIN}&{SUGGESTED}")
    found |= leaks(ask, other, whole_or(every, [by_get(every, "company"), by_get(every, "invoice")]))
    if whole.is_asked_for:
        found |= leaks(ask, hidden, every)
    assert found == {}


@pytest.mark.parametrize("role", whole_or(Role, (Role.ADMIN,)))
def test_another_store_does_not_exist(role, member, other, browse):
    ask, every = asking(browse(member(role))), every_address()
    assert leaks(ask, other, whole_or(every, every[::24]), slug="other") == {}
    lists = [by_get(every, name) for name in ("overview", "invoices")]
    found = leaks(ask, other, whole_or(every, lists))
    if whole.is_asked_for:
        found |= leaks(ask, other, every, f"?q={BEGIN}&{SUGGESTED}")
    assert found == {}
