"""Files as answers: a table as CSV, while it is made, or as XLSX, and a PDF."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from arportal.documents.rendering.files import Pdf
from arportal.documents.tables import Row, csv_pieces, workbook

CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
