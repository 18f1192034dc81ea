"""The stores of a person, and connecting another one."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters

from arportal.b2b.values.currencies import CURRENCIES
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror import tasks
from arportal.mirror.api.connecting import api_urls, connect_another
from arportal.mirror.api.connections import CannotConnect
from arportal.mirror.sync.freshness import freshness
from arportal.stores.access import Permission, may
from arportal.stores.models import Store
from arportal.stores.scope import in_store

ZONES = [
    (zone, zone) for zone in sorted(available_timezones() - {"localtime"}) if "/" in zone or zone == "UTC"
]


class TokenField(forms.CharField):
    """Typed in once and never shown again, not even with a reason beside it."""

    def __init__(self) -> None:
        super().__init__(
            label=_lazy("API token"),
            max_length=500,
            help_text=_lazy(
                "A store-level B2B Edition token with scope “modify”. It is tried before it is kept, "
                "and never shown again."
            ),
            widget=forms.PasswordInput({"class": "form-control", "autocomplete": "off"}),
        )


class SettingsForm(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=200, widget=Input())
    currency = forms.ChoiceField(
        label=_lazy("Main currency"),
        choices=[(code, code) for code in sorted(CURRENCIES)],
        initial="USD",
        help_text=_lazy("Other currencies are never added to it; reports can be converted into it."),
        widget=Select,
    )
    time_zone = forms.ChoiceField(
        label=_lazy("Time zone"),
        choices=ZONES,
        initial="UTC",
        help_text=_lazy("It decides on which day something happened."),
        widget=Select,
    )

    def refuse(self, refused: ValidationError) -> None:
        """Puts what the model refuses beside its fields."""
        for name, words in getattr(refused, "message_dict", {"": refused.messages}).items():
            self.add_error(name if name in self.fields else None, words)


class ConnectForm(SettingsForm):
    slug = forms.CharField(
        label=_lazy("Address in the browser"),
        max_length=50,
        validators=[validate_slug],
        help_text=_lazy("A short word of letters, digits and hyphens, such as “north”."),
        widget=Input(),
    )
    store_hash = forms.CharField(
        label=_lazy("Store hash"),
        max_length=50,
        help_text=_lazy("The word after “store-” in its mybigcommerce.com address."),
        widget=Input(),
    )
    api_url = forms.ChoiceField(label=_lazy("API address"), widget=Select)
    token = TokenField()

    def __init__(self, data: FormData, urls: list[str]) -> None:
        super().__init__(data, use_required_attribute=False)
        field: Any = self.fields["api_url"]
        field.choices = [(url, url) for url in urls]
        self.order_fields(["name", "slug", "store_hash", "token", "api_url", "currency", "time_zone"])

    def store(self) -> Store:
        given = self.cleaned_data
        return Store(
            name=given["name"],
            slug=given["slug"],
            store_hash=given["store_hash"],
            api_url=given["api_url"],
            currency=given["currency"],
            time_zone=given["time_zone"],
        )


@page(Permission.READ)
def stores(request: DeskRequest) -> HttpResponse:
    members = request.user.memberships.active().select_related("store").order_by("store__name")
    rows = []
    for member in members:
        with in_store(member.store_id):
            rows.append((member, freshness(member.store), may(member, Permission.CONFIGURE)))
    context = {"rows": rows, "may_connect": may(request.actor, Permission.CONFIGURE)}
    return render(request, "stores/list.html", context)


@sensitive_post_parameters("token")
@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def connect_store(request: DeskRequest) -> HttpResponse:
    form = ConnectForm(request.POST or None, api_urls(request.actor))
    if form.is_valid():
        try:
            member = connect_another(request.actor, form.store(), form.cleaned_data["token"])
        except (CannotConnect, ValueError) as refused:
            form.add_error("token", str(refused))
        except ValidationError as refused:
            form.refuse(refused)
        else:
            tasks.ask_for_sync(member.store_id)
            words = _("%(store)s is connected. It is being read now.")
            messages.success(request, words % {"store": member.store})
            return SeeOther(link("overview", member.store.slug))
    return render(request, "stores/connect.html", {"form": form}, status=422 if form.errors else 200)
