import unicodedata

from django import template
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

register = template.Library()
# Letters of scripts that run from right to left, by Unicode.
RIGHT_TO_LEFT = ("R", "AL")


@register.filter
def direction(text: str) -> SafeString:
    """An attribute for the element that holds this text: its first letter says which way it runs."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", *RIGHT_TO_LEFT)), "L")
    return flatatt({"dir": "rtl"} if first in RIGHT_TO_LEFT else {})
