"""Exports of invoice PDFs: started, polled, fetched."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists.lists import ListQuery
from arportal.desk.lists.tables import Viewer
from arportal.documents.exports.contents import pieces_of
from arportal.documents.exports.create import create_export
from arportal.documents.exports.progress import progress_of
from arportal.documents.models import Archive, Export
from arportal.mirror.models import Invoice
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView, new_id
from arportal.rest.writes.forms import ApiId, StrictSerializer
from arportal.stores.activity import Kind, record

TYPES = {Export.Shape.ZIP: ("zip", "application/zip"), Export.Shape.MERGED: ("pdf", "application/pdf")}
SHOWN = 100


class ExportForm(StrictSerializer):
    """An export: of `invoice_ids`, or of all invoices that match `query`, as the address of their list has it."""

    invoice_ids = serializers.ListField(child=ApiId(), max_length=10_000, required=False)
    query = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    source = serializers.ChoiceField(Export.Source.choices, default="ours")  # type: ignore[assignment]
    shape = serializers.ChoiceField(
        [(shape.value, shape.label) for shape in TYPES], default=Export.Shape.ZIP.value
    )


class ExportSerializer(serializers.Serializer[Any]):
    """`state` is running, packing, ready or stopped; ready, its `file` can be fetched."""

    id = serializers.CharField()
    state = serializers.ChoiceField(Export.State.choices)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    problem = serializers.CharField()
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(allow_null=True)


class ExportsView(StoreView):
    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        exports = visible(self).filter(of=Export.Of.INVOICES).order_by("-asked_at")[:SHOWN]
        return self.answer({"data": [as_json(export) for export in exports]})

    def post(self, request: Any, **_ids: Any) -> HttpResponse:
        export_id = new_id(request.headers.get("Idempotency-Key", "").strip('"'), "Idempotency-Key")
        form = ExportForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        export = create_export(
            self.actor,
            export_id,
            self._chosen(asked),
            source=Export.Source(asked["source"]),
            shape=Export.Shape(asked["shape"]),
            words=asked.get("query", "")[:200],
        )
        where = reverse("rest:export", args=[self.store.slug, export.pk])
        response = self.answer(as_json(visible(self).get(pk=export.pk)), headers={"Location": where})
        response.status_code = 202
        return response

    def _chosen(self, asked: dict[str, Any]) -> Any:
        if "invoice_ids" in asked:
            wanted = Invoice.objects.visible_to(self.actor).filter(api_id__in=asked["invoice_ids"])
            return wanted.order_by("api_id")
        viewer = Viewer(self.actor, self.store.today(timezone.now()))
        query = ListQuery(INVOICES, QueryDict(asked.get("query", "")), viewer)
        if query.problems:
            raise Problem(422, "invalid", _("Check the fields."), {"query": query.problems})
        return query.ordered


class ExportView(StoreView):
    def get(self, request: Any, **ids: Any) -> HttpResponse:
        return self.answer(as_json(visible(self).get(pk=ids["export_id"])))


class ExportFileView(StoreView):
    def get(self, request: Any, **ids: Any) -> HttpResponseBase:
        archive: Archive | None = getattr(visible(self).get(pk=ids["export_id"]), "archive", None)
        if archive is None or not archive.size:
            raise Http404
        ending, content_type = TYPES[Export.Shape(archive.export.shape)]
        name = f"{archive.export_id}.{ending}"
        record(self.actor, Kind.DOWNLOAD, name, details={"address": request.path})
        response = StreamingHttpResponse(pieces_of(archive), content_type=content_type)
        response.headers["Content-Length"] = str(archive.size)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def visible(view: StoreView) -> Any:
    exports = Export.objects.visible_to(view.actor).select_related("archive", "store")
    return exports.defer("archive__manifest", "archive__failures")


def as_json(export: Export) -> dict[str, Any]:
    progress = progress_of(export, timezone.now())
    archive = getattr(export, "archive", None)
    is_there = archive is not None and archive.size
    return {
        "id": str(export.pk),
        "state": export.state,
        "total": export.total,
        "done": progress.done,
        "failed": progress.failed,
        "problem": export.problem,
        "asked_at": export.asked_at,
        "finished_at": export.finished_at,
        "file": reverse("rest:export-file", args=[export.store.slug, export.pk]) if is_there else None,
    }
