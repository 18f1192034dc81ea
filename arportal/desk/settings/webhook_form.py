"""The forms of webhooks: an address with the kinds it gets, and since when to send again."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.receivables.models import WebhookKind, WebhookSubscription
from arportal.receivables.webhooks.delivery import KEPT
from arportal.receivables.webhooks.subscriptions import Wanted


class WebhookForm(Refusable):
    webhook_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_lazy("Name"), max_length=100, help_text=_lazy("What gets them, such as “ERP”."), widget=Input()
    )
    url = forms.CharField(
        label=_lazy("Address"),
        max_length=2000,
        help_text=_lazy("It begins with https:// and is reached from the internet."),
        widget=Input("url"),
    )
    kinds = forms.MultipleChoiceField(
        label=_lazy("Send a message when"),
        choices=WebhookKind.choices,
        error_messages={"required": _lazy("Choose at least one.")},
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )

    def __init__(self, data: FormData, webhook: WebhookSubscription | None = None) -> None:
        initial = {"webhook_id": uuid.uuid4(), "kinds": WebhookKind.values}
        if webhook is not None:
            initial = {
                "webhook_id": webhook.pk,
                "name": webhook.name,
                "url": webhook.url,
                "kinds": webhook.kinds,
            }
        super().__init__(data, initial=initial, use_required_attribute=False)

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        return Wanted(name=values["name"], url=values["url"], kinds=values["kinds"])


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label=_lazy("Send all again since"),
        help_text=_lazy("In the store's time. Messages are kept for %(days)d days.") % {"days": KEPT.days},
        widget=Input("datetime-local"),
    )
