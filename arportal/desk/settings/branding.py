"""The branding of a store's documents: the form, its preview, and who changed what."""

import base64
import hashlib
from xml.etree import ElementTree as ET

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from arportal.desk.settings.branding_form import BrandingForm
from arportal.desk.settings.history import Line
from arportal.desk.settings.saving import is_saved
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.branding.branding import history, save_branding
from arportal.documents.branding.letterheads import Letterhead, branding_of, letterhead
from arportal.documents.rendering.render_job import SCHEME
from arportal.documents.rendering.rendering import rendered
from arportal.documents.sample import sample_job
from arportal.stores.access import Permission

SHOWN = 20


@csp_update({"frame-src": [SELF]})
@page(Permission.BRAND, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def branding(request: DeskRequest) -> HttpResponse:
    """Fresh: it holds the bank details that customers pay to."""
    form = _form(request)

    def save() -> bool:
        based_on = form.cleaned_data["based_on"]
        return save_branding(request.actor, form.branding(), based_on=based_on, new_logo=form.new_logo)

    if form.is_valid() and is_saved(request, form, save):
        return SeeOther(link("branding", request.store.slug))
    return _page(request, form)


@page(Permission.BRAND, methods=("GET", "HEAD", "POST"))
def branding_preview(request: DeskRequest) -> HttpResponse:
    """A sample invoice as HTML for a frame; of what is in the form, or of what is saved."""
    form = _form(request)
    if form.is_bound and not form.is_valid():
        return _framed(render_to_string("forms/unclear.html", {"form": form}), "", status=422)
    job = sample_job(_letterhead(request, form), request.store.currency)
    css = job.css + render_to_string("branding/screen.css")
    document = ET.fromstring(job.html)  # noqa: S314 - well-formed XML of our own making
    for image in document.iter("img"):
        content = job.pictures[image.attrib["src"].removeprefix(SCHEME)]
        image.set("src", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    for head in document.iter("head"):
        ET.SubElement(head, "style").text = css
    return _framed(f"<!DOCTYPE html>{ET.tostring(document, encoding='unicode', method='html')}", css)


@csp_update({"frame-src": [SELF]})
@page(Permission.BRAND, methods=("POST",))
def branding_pdf(request: DeskRequest) -> HttpResponse:
    """The sample as the very PDF."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form)
    content = rendered(sample_job(_letterhead(request, form), request.store.currency)).content
    return HttpResponse(content, content_type="application/pdf")


def _page(request: DeskRequest, form: BrandingForm) -> HttpResponse:
    labels = {name: str(field.label) for name, field in BrandingForm.base_fields.items()}
    lines = []
    for saved in history(request.store, SHOWN):
        at, by = saved.branding.saved_at, saved.branding.saved_by
        who = "" if by is None else str(by.user)
        lines += [Line(at, who, labels[name], before) for name, before in saved.before.items()]
    context = {"form": form, "history": lines, "saved": branding_of(request.store)}
    return render(request, "branding/page.html", context, status=422 if form.is_bound else 200)


def _form(request: DeskRequest) -> BrandingForm:
    is_sent = request.method == "POST"
    return BrandingForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, branding_of(request.store)
    )


def _letterhead(request: DeskRequest, form: BrandingForm) -> Letterhead:
    if not form.is_bound:
        return letterhead(request.store, branding_of(request.store))
    logo = form.new_logo
    return letterhead(request.store, form.branding(), new_logo=logo.content if logo else b"")


def _framed(html: str, css: str, status: int = 200) -> HttpResponse:
    """A page for a frame of ours: it runs nothing, asks for nothing, and has this one style."""
    response = HttpResponse(html, status=status)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
