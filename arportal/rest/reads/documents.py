"""The document of an invoice, as a file: our PDF, an e-invoice as PDF, or as XML by `Accept`."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.documents.einvoices.best import facts_in
from arportal.documents.einvoices.making import einvoice_pdf, einvoice_xml
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.records import known_of
from arportal.documents.invoices import DocumentFailed, our_pdf
from arportal.documents.rendering.files import Pdf
from arportal.mirror.models import Invoice
from arportal.rest import etags
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity

PDF, XML = "application/pdf", "application/xml"


class InvoiceDocumentView(StoreView):
    """The document in our layout, with the store's branding, whether the store can be asked or not.

    Without `profile` it is a plain PDF. What is missing for the profile that was asked for is told, all at once.
    """

    parameters = frozenset({"profile"})

    def get(self, request: Any, **ids: Any) -> HttpResponse:
        invoice = Invoice.objects.visible_to(self.actor).get(api_id=ids["id"])
        profile = self._profile()
        try:
            if XML in request.headers.get("Accept", ""):
                known = known_of(self.store, invoice.company_id)
                wanted = profile or Profile.FACTUR_X
                name, content = einvoice_xml(self.actor, invoice, wanted, facts_in(known), known.buyer)
                return self._file(invoice, name, content, XML)
            pdf = self._pdf(invoice, profile)
        except Incomplete as incomplete:
            errors: dict[str, list[str]] = {}
            for reason in incomplete.reasons:
                errors.setdefault(reason.field, []).append(reason.words)
            words = _("This invoice cannot be an e-invoice yet.")
            raise Problem(422, "incomplete", words, errors) from incomplete
        except DocumentFailed as failed:
            raise Problem(422, "no-document", str(failed)) from failed
        return self._file(invoice, pdf.filename, pdf.content, PDF)

    def _profile(self) -> Profile | None:
        asked = self.request.GET.get("profile", "")
        if asked and asked not in list(Profile):
            raise Problem(400, "invalid-query", _("There is no such one."), {"profile": list(Profile)})
        return Profile(asked) if asked else None

    def _pdf(self, invoice: Invoice, profile: Profile | None) -> Pdf:
        if profile is None:
            return our_pdf(self.actor, invoice)
        if profile.is_ubl:
            words = _("This profile is XML alone: ask for it with Accept: application/xml.")
            raise Problem(422, "no-document", words, {"profile": [words]})
        known = known_of(self.store, invoice.company_id)
        return einvoice_pdf(self.actor, invoice, facts_in(known), known.buyer)

    def _file(self, invoice: Invoice, name: str, content: bytes, content_type: str) -> HttpResponse:
        etag = f'"{etags.digest_of(content)}"'
        if etags.is_unchanged(self.request, etag):
            return HttpResponse(status=304, headers={"ETag": etag})
        record(
            self.actor,
            Kind.DOWNLOAD,
            name,
            company_id=invoice.company_id,
            about=Activity.About.INVOICE,
            about_id=invoice.api_id,
            details={"address": self.request.path, "query": self.request.GET.urlencode()},
        )
        headers = {"ETag": etag, "Content-Disposition": content_disposition_header(True, name) or ""}
        return HttpResponse(content, content_type=content_type, headers=headers)
