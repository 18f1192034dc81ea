"""Views of lists that people have saved: filters, order and columns under a name, own or shared. Reports, too."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.lists.lists import NAMED, ListQuery, viewer_of
from arportal.desk.lists.tables import Viewer
from arportal.desk.models import SavedView
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.stores.access import Permission
from arportal.stores.models import Membership

LONGEST_QUERY = 4_000
# Pages that are no lists and can be saved all the same.
REPORTS: "dict[str, Report]" = {}


@dataclass(frozen=True)
class Report:
    """A page, by its name in desk/urls.py, whose query can be saved. `check` answers the query as it is to be saved,
    and what is wrong with it, in words."""

    name: str
    caption: str | Promise
    check: Callable[[QueryDict, Viewer], tuple[str, list[str]]]

    def __post_init__(self) -> None:
        REPORTS[self.name] = self


class ViewForm(Keepable, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Name and sharing of a view that exists."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared")
        labels = {"name": _lazy("Name"), "is_shared": _lazy("Share with everybody in this store")}  # noqa: RUF012
        widgets = {  # noqa: RUF012
            "name": Input(),
            "is_shared": forms.CheckboxInput({"class": "form-check-input"}),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = SavedView.objects.filter(owner=self.instance.owner, of=self.instance.of, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view of this name already: choose another one."))
        return name


class NewViewForm(ViewForm):
    """A new view; `query` is what stands in the list's address, but for what the list does not know."""

    of = forms.CharField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_QUERY)
    field_order = ("name", "is_shared")

    def __init__(self, request: DeskRequest, data: QueryDict | None, **more: Any) -> None:
        self.request = request
        owned = SavedView(store=request.store, owner=request.actor, of=data.get("of", "") if data else "")
        super().__init__(data, instance=owned, **more)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        of = cleaned.get("of", "")
        if of not in _captions():
            raise forms.ValidationError(
                _("There is no such list: go back to the list and save its view there.")
            )
        query, viewer = QueryDict(cleaned.get("query", "")), viewer_of(self.request)
        if of in REPORTS:
            self.instance.query, problems = REPORTS[of].check(query, viewer)
        else:
            list_query = ListQuery(NAMED[of], query, viewer)
            self.instance.query, problems = list_query.query, list_query.problems
        if problems:
            raise forms.ValidationError(" ".join(problems))
        return cleaned


@page(Permission.READ, methods=("GET", "HEAD", "POST"), keeps=True)
def saved_views(request: DeskRequest) -> HttpResponse:
    """All views one may open; with `of` and `query` in the address, a form that saves that one."""
    if request.method != "POST":
        given = {"of": request.GET.get("of", ""), "query": request.GET.get("query", "")}
        form = NewViewForm(request, None, initial=given) if given["of"] in _captions() else None
        return _page(request, form)
    form = NewViewForm(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    saved = form.save()
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return HttpResponseRedirect(address(saved, request.actor))


@page(Permission.READ, methods=("GET", "HEAD", "POST"), keeps=True)
def saved_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """Renames and shares a view of one's own."""
    view = _own(request, view_id)
    form = ViewForm(request.POST if request.method == "POST" else None, instance=view)
    if form.is_valid():
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": form.save().name})
        return HttpResponseRedirect(link("saved_views", request.store.slug))
    context = {"form": form, "view": view, "list_name": _captions()[view.of]}
    return render(request, "saved_views/view.html", context, status=422 if form.is_bound else 200)


@page(Permission.READ, methods=("POST",))
def delete_view(request: DeskRequest, view_id: int) -> HttpResponse:
    view = _own(request, view_id)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return HttpResponseRedirect(link("saved_views", request.store.slug))


def address(view: SavedView, actor: Membership) -> str:
    return f"{link(view.of, actor.store.slug)}?{view.query}"


def _page(request: DeskRequest, form: NewViewForm | None, status: int = 200) -> HttpResponse:
    captions, groups = _captions(), []
    views = SavedView.objects.visible_to(request.actor).filter(of__in=captions).select_related("owner__user")
    for of, group in groupby(views.order_by("of", "name"), key=lambda view: view.of):
        rows = [
            {"view": view, "url": address(view, request.actor), "is_own": view.owner_id == request.actor.pk}
            for view in group
        ]
        groups.append((captions[of], rows))
    of = form["of"].value() if form else ""
    context = {"form": form, "groups": groups, "list_name": captions.get(of or "", "")}
    return render(request, "saved_views/page.html", context, status=status)


def _captions() -> dict[str, str | Promise]:
    """All that can be saved, by the name of its page."""
    lists = {name: declared.caption for name, declared in NAMED.items()}
    return lists | {name: report.caption for name, report in REPORTS.items()}


def _own(request: DeskRequest, view_id: int) -> SavedView:
    view = SavedView.objects.filter(owner=request.actor, of__in=_captions(), pk=view_id).first()
    if view is None:
        raise Http404(_("There is no such view of yours."))
    return view
