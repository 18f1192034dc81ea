"""A PDF as an answer."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from arportal.documents.rendering.files import Pdf


def sent(pdf: Pdf) -> HttpResponse:
    response = HttpResponse(pdf.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, pdf.filename)
    return response
