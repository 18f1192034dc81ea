"""Passwords that are guessed first by whoever knows what this is."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Named in docs/explanation/security.md.
WORDS = re.compile("arportal|bigcommerce|b2b|edition|dashboard|receivable|invoice|payment", re.IGNORECASE)
LEAST_BESIDES = 8


class WordsOfThisPlace:
    """Validator of Django's: a password has at least eight characters beside the words of this place."""

    def validate(self, password: str, user: object = None) -> None:
        if WORDS.search(password) and len(WORDS.sub("", password)) < LEAST_BESIDES:
            raise ValidationError(self.get_help_text(), code="password_of_this_place")

    def get_help_text(self) -> str:
        return _("A password made of words such as arportal, invoice or payment is guessed first.")
