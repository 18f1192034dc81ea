"""The rule of who may see bank lines: nobody knows whose an unmatched line is, so whoever sees
some companies only sees none."""

from django.utils.translation import gettext as _

from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership


def require_every_company(actor: Membership) -> None:
    """Raises NotAllowed for who sees some companies only."""
    if not actor.all_companies:
        raise NotAllowed(_("Bank statements name every customer: they are for who sees all companies."))
