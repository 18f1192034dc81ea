"""The mail log, a mail's page, and what people do there."""

import re
import uuid

import pytest

from arportal.mirror.models import Company
from arportal.receivables.mails.queue import Attached, queue_mail
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.models import Membership
from tests.whole import only_whole, whole_or

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def mail(clerk, company, open_invoices) -> Mail:
    return write(clerk, company, invoice_ids=[invoice.api_id for invoice in open_invoices[:1]])


def write(actor, company: Company, **more) -> Mail:
    words = {"subject": f"Hello {HOSTILE}", "text": f"Text {HOSTILE}", "html": f"<p>Hi</p>{HOSTILE}"}
    more = words | {"addresses": ["ada@example.org", "bob@example.org"]} | more
    file = Attached("Statement.pdf", b"%PDF-1.7")
    return queue_mail(
        actor,
        company.store,
        uuid.uuid4(),
        company_id=company.api_id,
        kind=Mail.Kind.STATEMENT,
        attached=[file],
        **more,
    )


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_log(mail, clerk, browse, store):
    other = Company.objects.filter(store=store).exclude(api_id=mail.company_id)[0]
    write(clerk, other, subject="Elsewhere", addresses=["eve@example.org"])
    MailRecipient.objects.filter(address="bob@example.org").update(state="refused", reply="550 No mailbox")
    browser = browse(clerk)
    expected = {
        "q=ELSEW": {"eve@example.org"},
        "state=refused": {"bob@example.org"},
        "": {"ada@example.org", "bob@example.org", "eve@example.org"},
        "q=bob@": {"bob@example.org"},
        "kind=reminder": set(),
        f"company={other.name}": {"eve@example.org"},
    }
    expected = whole_or(expected, dict(list(expected.items())[:2]))
    found = {
        query: set(
            re.findall(r"(?:ada|bob|eve)@example\.org", text_of(browser.get(f"/s/demo/mails/?{query}")))
        )
        for query in expected
    }
    assert found == expected
    page = text_of(browser.get("/s/demo/mails/"))
    assert "550 No mailbox" in page
    assert HOSTILE not in page
    assert "No mail server is set up" in page
    csv = b"".join(browser.get("/s/demo/mails/export.csv").streaming_content).decode()
    assert csv.count("example.org") == 3


@only_whole("desk/lists/test_lists.py::test_queries_do_not_grow")
def test_queries_do_not_grow_with_the_log(clerk, company, browse, mail, django_assert_max_num_queries):
    for _number in range(4):
        write(clerk, company)
    browser = browse(clerk)
    browser.get("/s/demo/mails/")
    with django_assert_max_num_queries(16):
        browser.get("/s/demo/mails/")


def test_its_page(mail, clerk, browse, open_invoices, settings):
    settings.SENDS_MAIL = True
    browser = browse(clerk)
    answer = browser.get(f"/s/demo/mails/{mail.pk}/")
    page = text_of(answer)
    assert HOSTILE not in page
    assert open_invoices[0].number in page
    assert "Statement.pdf" in page
    assert "No mail server" not in page
    # While it is being sent the recipients are looked at again.
    assert 'hx-trigger="every 3s"' in page
    part = text_of(browser.get(f"/s/demo/mails/{mail.pk}/", headers={"HX-Request": "true"}))
    assert "ada@example.org" in part
    assert "<html" not in part
    frame = browser.get(f"/s/demo/mails/{mail.pk}/html/")
    assert text_of(frame) == f"<p>Hi</p>{HOSTILE}"
    # Shown as it is, in a frame where nothing runs.
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    file = mail.attachments.get()
    assert browser.get(f"/s/demo/mails/{mail.pk}/files/{file.pk}/").content == b"%PDF-1.7"


def test_what_belongs_to_others_does_not_exist(mail, clerk, browse, store):
    other = Company.objects.filter(store=store).exclude(api_id=mail.company_id)[0]
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[other.api_id])
    browser = browse(clerk)
    row, file = mail.recipients.first(), mail.attachments.get()
    addresses = (
        f"mails/{mail.pk}/",
        f"mails/{mail.pk}/html/",
        f"mails/{mail.pk}/files/{file.pk}/",
        f"mails/deliveries/{row.pk}/again/",
        f"mails/deliveries/{row.pk}/bounced/",
        f"companies/{mail.company_id}/addresses/",
        f"companies/{mail.company_id}/statement/mail/",
    )
    addresses = whole_or(addresses, addresses[::3])
    statuses = {address: browser.get(f"/s/demo/{address}").status_code for address in addresses}
    assert statuses == dict.fromkeys(addresses, 404)
    assert "example.org" not in text_of(browser.get("/s/demo/mails/"))


def test_sending_again(mail, clerk, browse):
    browser, row = browse(clerk), mail.recipients.first()
    address = f"/s/demo/mails/deliveries/{row.pk}/again/"
    assert browser.get(address).status_code == 302
    MailRecipient.objects.filter(pk=row.pk).update(state="unknown", reply="The connection was lost")
    page = text_of(browser.get(address))
    assert "gets it twice" in page
    assert "The connection was lost" in page
    typed = {"key": str(uuid.uuid4()), "address": "ada"}
    assert browser.post(address, typed).status_code == 422
    for _twice in range(2):
        assert browser.post(address, typed | {"address": "ada@example.org"}).status_code == 303
    assert mail.recipients.count() == 3
    assert "sent again by AR clerk" in text_of(browser.get(f"/s/demo/mails/{mail.pk}/"))


@only_whole("test_sending_again")
def test_noting_that_it_came_back(mail, clerk, browse):
    browser, row = browse(clerk), mail.recipients.first()
    address = f"/s/demo/mails/deliveries/{row.pk}/bounced/"
    assert "Only what was sent" in text_of(browser.post(address, {"reason": "Mailbox full"}))
    MailRecipient.objects.filter(pk=row.pk).update(state="sent")
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "Mailbox full"}).status_code == 303
    page = text_of(browser.get(f"/s/demo/mails/{mail.pk}/"))
    assert "Mailbox full (noted by AR clerk)" in page


@only_whole("test_its_page")
def test_the_text_of_statements(controller, browse, company):
    browser = browse(controller)
    address = "/s/demo/mails/text/"
    page = text_of(browser.get(address))
    assert "{balance}" in page
    typed = {"subject": "From {store}", "text": "Dear {comapny}"}
    refused = browser.post(address, typed)
    assert refused.status_code == 422
    assert "There is no place {comapny}" in text_of(refused)
    preview = browser.post(f"{address}preview/", typed)
    assert preview.status_code == 422
    assert "There is no place {comapny}" in text_of(preview)
    choice = re.search(r'<option value="(\d+)"', page)[1]
    typed |= {"text": "Dear {company}, {balance}", "company": choice}
    shown = text_of(browser.post(f"{address}preview/", typed))
    assert f"Dear {Company.objects.get(store=controller.store, api_id=choice).name}, " in shown
    assert browser.post(address, typed).status_code == 303
    assert "Dear {company}, {balance}" in text_of(browser.get(address))
    browser.post(f"{address}reset/")
    page = text_of(browser.get(address))
    assert "please find attached" in page
    assert "Back to the default text" not in page
