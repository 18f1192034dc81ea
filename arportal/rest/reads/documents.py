"""The document of an invoice, as a file."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from arportal.documents.invoices import DocumentFailed, our_pdf
from arportal.mirror.models import Invoice
from arportal.rest import etags
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity

PDF = "application/pdf"


class InvoiceDocumentView(StoreView):
    """The PDF in our layout, with the store's branding, whether the store can be asked or not."""

    def get(self, request: Any, **ids: Any) -> HttpResponse:
        invoice = Invoice.objects.visible_to(self.actor).get(api_id=ids["id"])
        try:
            pdf = our_pdf(self.actor, invoice)
        except DocumentFailed as failed:
            raise Problem(422, "no-document", str(failed)) from failed
        return self._file(invoice, pdf.filename, pdf.content, PDF)

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
            details={"address": self.request.path},
        )
        headers = {"ETag": etag, "Content-Disposition": content_disposition_header(True, name) or ""}
        return HttpResponse(content, content_type=content_type, headers=headers)
