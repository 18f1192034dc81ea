"""The field of a day by which something is dated; where months are closed, templates/forms/_field.html says so."""

from typing import Any

from django import forms

from arportal.desk.forms.widgets import Input


class BookDay(forms.DateField):
    is_in_the_books = True

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label=label, widget=Input("date"), **more)
