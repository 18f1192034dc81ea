"""Files as answers: a table as CSV, while it is made, or as XLSX, and a PDF; and what is written down of each."""

from collections.abc import Iterable, Mapping, Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from arportal.documents.rendering.files import Pdf
from arportal.documents.tables import Row, csv_pieces, workbook
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity, Membership

CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whose rows are figures, rather than papers.
LISTS = (".csv", ".xlsx")
LONGEST_QUERY = 2000


def table_sent(
    kind: str, title: str, name: str, headers: Sequence[str], rows: Iterable[Row]
) -> HttpResponseBase:
    """The rows below their headers, as a file called `name`; `title` is that of the sheet."""
    if kind == XLSX:
        file = workbook(title, headers, rows)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)
    return StreamingHttpResponse(
        csv_pieces(headers, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv")},
    )


def pdf_sent(pdf: Pdf) -> HttpResponse:
    response = HttpResponse(pdf.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, pdf.filename)
    return response


def record_file(
    actor: Membership, request: HttpRequest, ids: Mapping[str, Any], response: HttpResponseBase
) -> None:
    """Writes down the file that leaves; `page` calls it for every answer. `ids` are those of the address."""
    header = response.headers.get("Content-Disposition", "")
    if request.method == "HEAD" or response.status_code != 200 or not header.startswith("attachment"):
        return
    message = Message()
    message["Content-Disposition"] = header
    name = collapse_rfc2231_value(message.get_filename() or "")
    about = next((kind for kind in Activity.About.values if f"{kind}_id" in ids), "")
    record(
        actor,
        Kind.EXPORT if name.endswith(LISTS) else Kind.DOWNLOAD,
        name,
        company_id=ids.get("company_id"),
        about=about,
        about_id=ids.get(f"{about}_id"),
        details={"address": request.path, "query": request.GET.urlencode()[:LONGEST_QUERY]},
    )
