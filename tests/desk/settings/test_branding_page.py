"""The branding page: what is entered, previewed and refused."""

import io
import re

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arportal.documents.branding.letterheads import branding_of
from arportal.documents.models import Branding
from tests.documents.branding.test_logos import SVG, picture
from tests.whole import only_whole, whole_or

PAGE, PREVIEW, PDF = "/s/demo/branding/", "/s/demo/branding/preview/", "/s/demo/branding/sample.pdf"


def entered(**fields) -> dict:
    texts = dict.fromkeys(
        ("name", "address", "contact", "tax_id", "bank_details", "payment_instructions", "footer"), ""
    )
    return {**texts, "accent": "#0f6b66", "fill": "#e8f1f0", "paper": "A4", "based_on": "", **fields}


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


def test_it_works(browser, store):
    fields = entered(
        name="Harbour & Sons", bank_details="IBAN 1\r\nBIC 2", logo=upload(picture()), accent="#AA0000"
    )
    answer = browser.post(PAGE, fields, follow=True)
    assert "Saved." in answer.content.decode()
    saved = branding_of(store)
    assert (saved.name, saved.bank_details, saved.accent) == ("Harbour & Sons", "IBAN 1\nBIC 2", "#aa0000")
    assert saved.logo.width == 300
    shown = browser.get(PAGE).content.decode()
    assert "Harbour &amp; Sons" in shown
    assert "300 by 120 pixels" in shown
    based_on = re.search(r'<input[^>]*name="based_on"[^>]*>', shown)[0]
    assert f'value="{saved.pk}"' in based_on


def test_what_is_refused_comes_back_with_the_reason(browser):
    cases = [
        ("accent", "#ffffff", "Too pale"),
        ("accent", "#9a9a9a", "Too pale"),
        ("accent", "red", "Write a colour"),
        ("accent", "#0f6b66;}", "Write a colour"),
        ("accent", "#0f6b6\n", "Write a colour"),
        ("fill", "#808080", "easy to read"),
        ("fill", "url(x)", "Write a colour"),
        ("paper", "A0", "not one of the available"),
        ("name", "x" * 201, "at most 200"),
        ("bank_details", "x" * 1001, "at most 1000"),
        ("logo", upload(SVG, "logo.svg"), "SVG"),
        ("logo", upload(b"", "empty.png"), "empty"),
        ("logo", upload(picture()[:-20]), "cut short"),
        ("logo", upload(picture() + b"x" * 2**21), "larger than 2 MB"),
    ]
    for field, value, reason in whole_or(cases, cases[::4]):
        answer = browser.post(PAGE, entered(tax_id="GB 7", **{field: value}))
        text = answer.content.decode()
        assert answer.status_code == 422, (field, reason)
        assert reason in text, (field, reason)
        assert 'value="GB 7"' in text, (field, reason)
        assert f'id="id_{field}_error"' in text, (field, reason)
    assert not Branding.objects.exists()


def test_letters_that_deceive_are_left_out(browser, store):
    browser.post(PAGE, entered(name="A\u202eB\x07\u2066", bank_details="IBAN\u202e 1\ufeff\nBIC"))
    saved = branding_of(store)
    assert (saved.name, saved.bank_details) == ("AB", "IBAN 1\nBIC")


def test_the_logo_stays_until_it_is_taken_away(browser, store):
    browser.post(PAGE, entered(logo=upload(picture())))
    first = branding_of(store)
    browser.post(PAGE, entered(name="New name", based_on=first.pk))
    second = branding_of(store)
    assert second.logo_id == first.logo_id is not None
    browser.post(PAGE, entered(name="New name", based_on=second.pk, without_logo="on"))
    assert branding_of(store).logo_id is None


def test_somebody_else_saved_meanwhile(browser, store, admin):
    Branding.objects.create(store=store, name="Theirs", saved_by=admin)
    answer = browser.post(PAGE, entered(name="Mine"))
    assert answer.status_code == 422
    assert f"{admin.user} has saved this meanwhile" in answer.content.decode()
    assert branding_of(store).name == "Theirs"


def test_sent_twice_is_saved_once(browser):
    for _time in range(2):
        answer = browser.post(PAGE, entered(name="Once"), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert Branding.objects.count() == 1


@only_whole("test_it_works")
def test_who_changed_what(browser, store):
    browser.post(PAGE, entered(bank_details="IBAN old"))
    browser.post(PAGE, entered(bank_details="IBAN new", based_on=branding_of(store).pk))
    text = browser.get(PAGE).content.decode()
    history = text[text.index("Who changed what") :]
    assert "Bank details" in history
    assert "IBAN old" in history
    assert "Admin" in history


def test_the_preview_shows_what_is_entered_and_saves_nothing(browser):
    answer = browser.post(PREVIEW, entered(name="Not <saved>", accent="#7a0000", logo=upload(picture())))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Not &lt;saved&gt;" in text
    assert "#7a0000" in text
    assert 'src="data:image/png;base64,' in text
    assert not Branding.objects.exists()


@only_whole("test_the_preview_shows_what_is_entered_and_saves_nothing")
def test_the_preview_before_anything_is_entered(browser, store):
    assert store.name in browser.get(PREVIEW).content.decode()


@only_whole("test_the_preview_as_pdf_of_what_is_unclear")
def test_the_preview_says_what_is_unclear(browser):
    answer = browser.post(PREVIEW, entered(accent="#ffffff"))
    assert answer.status_code == 422
    assert "Too pale" in answer.content.decode()


@pytest.mark.parametrize("fields", whole_or([entered(), entered(accent="#ffffff")], [entered()]))
def test_the_preview_can_do_nothing_and_only_our_page_may_frame_it(browser, fields):
    answer = browser.post(PREVIEW, fields)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'self'; sandbox")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = browser.get(PAGE).headers["Content-Security-Policy"]
    assert "frame-src 'self'" in page
    assert "frame-src" not in browser.get("/s/demo/").headers["Content-Security-Policy"]


def test_the_preview_as_pdf(browser):
    answer = browser.post(PDF, entered(name="Not saved", paper="letter", logo=upload(picture())))
    assert answer.headers["Content-Type"] == "application/pdf"
    sheet = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    assert "Not saved" in sheet.extract_text()
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [612, 792]
    assert len(sheet.images) == 1


def test_the_preview_as_pdf_of_what_is_unclear(browser):
    assert browser.post(PDF, entered(fill="#808080")).status_code == 422
