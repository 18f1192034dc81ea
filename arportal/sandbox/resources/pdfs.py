"""Invoice PDFs behind their links: no headers needed, the signed token is the key."""

from collections.abc import Iterator

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from rest_framework.request import Request

from arportal.sandbox.models import Invoice
from arportal.sandbox.requests.amounts import text
from arportal.sandbox.resources.paper import Paper

LIFETIME = 3600  # seconds a link works
SALT = "invoice-pdf"


def link(request: Request, invoice_id: int) -> str:
    token = signing.dumps(invoice_id, salt=SALT)
    return f"http://{request.headers['Host']}/files/invoices/{token}.pdf"


def download(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        invoice_id = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return JsonResponse({"code": 403, "message": "This link is not valid."}, status=403)
    invoice = Invoice.objects.select_related("company").filter(pk=invoice_id).first()
    if invoice is None:
        return JsonResponse({"code": 404, "message": "This link leads nowhere."}, status=404)
    return HttpResponse(draw(invoice), content_type="application/pdf")


def draw(invoice: Invoice) -> bytes:
    company = invoice.company
    paper = Paper(f"Invoice {invoice.number}")
    paper.write(f"Invoice {invoice.number}", size=18)
    paper.write(company.name, size=12)
    town = " ".join(filter(None, (company.zip_code, company.city, company.state)))
    for line in filter(None, (company.street1, company.street2, town, company.country)):
        paper.write(line)
    paper.skip()
    for line in _lines(invoice):
        paper.write(line)
    paper.write("")
    paper.write(f"Total {text(invoice.original)} {invoice.currency}")
    paper.write(f"Open {text(invoice.open)} {invoice.currency}")
    return paper.close()


def _lines(invoice: Invoice) -> Iterator[str]:
    """Lines of text about the goods; details are as somebody wrote them, so every part may be of any type."""
    details = invoice.details.get("details") if isinstance(invoice.details, dict) else None
    items = details.get("lineItems") if isinstance(details, dict) else None
    for item in items or []:
        if isinstance(item, dict):
            price = item.get("unitPrice")
            shown = f"{price.get('value', '')} {price.get('code', '')}" if isinstance(price, dict) else ""
            yield f"{item.get('sku', '')}   {item.get('description', '')}   {item.get('quantity', '')} x {shown}"
