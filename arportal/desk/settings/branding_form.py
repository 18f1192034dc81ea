"""The form of a store's branding: every field is checked where it is entered, the logo is drawn anew."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.documents.branding.colours import READABLE, WHITE, contrast, readable_on
from arportal.documents.branding.logos import MAX_BYTES, BadLogo, CleanLogo, clean_logo
from arportal.documents.models import Branding

# Nobody sees these, but they turn around or hide what stands beside them.
UNSEEN = {*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF} - {ord("\n")}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"class": "form-control", "rows": rows})


class PlainField(forms.CharField):
    """Text that is what it looks like, with line ends as every system writes them."""

    def __init__(self, label: Any, most: int, widget: forms.Widget, hint: Any = "") -> None:
        super().__init__(label=label, max_length=most, widget=widget, help_text=hint, required=False)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").translate(dict.fromkeys(UNSEEN)).strip()


class BrandingForm(Keepable, forms.Form):
    based_on = forms.IntegerField(required=False, widget=Input("hidden"))
    name = PlainField(
        _lazy("Name on documents"), 200, Input(), _lazy("The store's own name where this is empty.")
    )
    address = PlainField(_lazy("Address"), 600, _area(4))
    contact = PlainField(_lazy("Contact"), 300, _area(2), _lazy("E-mail address, telephone, website."))
    tax_id = PlainField(_lazy("Tax ID"), 100, Input())
    logo = forms.FileField(
        label=_lazy("Logo"),
        help_text=_lazy("PNG or JPEG, at most 2 MB. It is printed at most 70 mm wide and 22 mm high."),
        required=False,
        widget=forms.FileInput({"class": "form-control", "accept": "image/png,image/jpeg"}),
    )
    without_logo = Tick(_lazy("No logo"))
    accent = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        label=_lazy("Colour of titles"),
        help_text=_lazy("On white paper."),
        widget=Input("color"),
        error_messages={"invalid": _lazy("Write a colour as # and six digits 0-9 or a-f, such as #0f6b66.")},
    )
    fill = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        label=_lazy("Colour behind headings"),
        help_text=_lazy("Of tables, and of the amount due."),
        widget=Input("color"),
        error_messages={"invalid": _lazy("Write a colour as # and six digits 0-9 or a-f, such as #e8f1f0.")},
    )
    paper = forms.ChoiceField(label=_lazy("Paper"), choices=Branding.Paper.choices, widget=Select())
    bank_details = PlainField(
        _lazy("Bank details"), 1000, _area(4), _lazy("Printed where an invoice asks to be paid.")
    )
    payment_instructions = PlainField(_lazy("How to pay"), 2000, _area(4))
    footer = PlainField(_lazy("Small print"), 300, _area(2), _lazy("At the foot of every page."))

    def __init__(self, data: FormData, files: Any, branding: Branding) -> None:
        shown = {name: getattr(branding, name, None) for name in self.base_fields}
        super().__init__(
            data,
            files,
            initial={**shown, "logo": None, "based_on": branding.pk, "without_logo": False},
            use_required_attribute=False,
        )
        self._branding = branding

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].lower()
        if contrast(accent, WHITE) < READABLE:
            contrasts = {"found": contrast(accent, WHITE), "needed": READABLE}
            raise forms.ValidationError(
                _(
                    "Too pale to be read on white: its contrast is %(found).1f to 1,"
                    " text needs %(needed).1f to 1."
                )
                % contrasts
            )
        return accent

    def clean_fill(self) -> str:
        fill: str = self.cleaned_data["fill"].lower()
        if contrast(fill, readable_on(fill)) < READABLE:
            raise forms.ValidationError(
                _(
                    "Neither black nor white text is easy to read on this colour: choose a lighter or darker one."
                )
            )
        return fill

    def clean_logo(self) -> CleanLogo | None:
        file: UploadedFile[Any] | None = self.cleaned_data["logo"]
        if file is None:
            return None
        try:
            # One byte more than allowed is enough to see that it is too much.
            return clean_logo(file.read(MAX_BYTES + 1))
        except BadLogo as bad:
            raise forms.ValidationError(str(bad)) from bad

    def branding(self) -> Branding:
        """The branding as entered, not saved; with the logo there was unless it is to go."""
        texts = {name: value for name, value in self.cleaned_data.items() if isinstance(value, str)}
        logo_id = None if self.cleaned_data["without_logo"] else self._branding.logo_id
        return Branding(store=self._branding.store, logo_id=logo_id, **texts)

    @property
    def new_logo(self) -> CleanLogo | None:
        logo: CleanLogo | None = self.cleaned_data["logo"]
        return None if self.cleaned_data["without_logo"] else logo
