"""Form controls with our classes, written without templates: a filter stands above every list."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECTED = mark_safe(" selected")


class Input(forms.TextInput):
    """An input; `kind` is its HTML type: text, search, date, hidden."""

    def __init__(self, kind: str = "text", **attrs: Any) -> None:
        super().__init__({"class": "form-control", "autocomplete": "off", **attrs})
        self.input_type = kind

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)["widget"]
        given = {"type": self.input_type, "name": name, **context["attrs"]}
        if context["value"] is not None:
            given["value"] = context["value"]
        return format_html("<input{}>", flatatt(given))


class Select(forms.Select):
    def __init__(self, attrs: Any = None, choices: Any = ()) -> None:
        super().__init__({"class": "form-select", **(attrs or {})}, choices)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", words) for key, words in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)


def options_for(options: Iterable[tuple[object, str]], typed: str) -> Iterator[tuple[object, str]]:
    """The options (value, words) of a datalist. Browsers hide those that do not hold what was typed letter by letter,
    so that is added to a name found without its accents."""
    for value, words in options:
        is_shown = typed.casefold() in f"{value} {words}".casefold()
        yield value, words if is_shown else f"{words} · {typed}"
