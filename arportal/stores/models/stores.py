import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.tokens import TokenUnreadable, decrypt, encrypt


def validate_time_zone(name: str) -> None:
    """Refuse a name that PostgreSQL does not know as the same zone."""
    # "localtime" is whatever each machine is set to.
    if name not in available_timezones() - {"localtime"}:
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class StoreQuerySet(models.QuerySet["Store"]):
    def connected(self) -> Self:
        """Those whose API may be asked."""
        return self.filter(disconnected_at=None)


class Store(models.Model):
    """A BigCommerce store we are connected to, with its B2B Edition API token encrypted at rest."""

    slug = models.SlugField(_("address in the browser"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    store_hash = models.CharField(_("store hash"), max_length=50, unique=True)
    api_url = models.URLField(_("API address"), max_length=300)
    encrypted_token = models.TextField(editable=False)
    # Of the app that registered webhooks with this store; without it no message is accepted.
    encrypted_webhook_secret = models.TextField(editable=False, blank=True)
    currency = models.CharField(_("main currency"), max_length=3, default="USD")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    # Of the API's 150 requests a minute, what background work leaves to people and the store's other systems.
    reserve = models.PositiveSmallIntegerField(_("requests a minute kept free"), default=10)
    # Whether more than the open balance may be paid to an invoice; what is too much becomes a credit on it.
    allow_overpayment = models.BooleanField(_("payments above the open balance"), default=False)
    # Currency code → amount (decimal string) up to which one person alone may move money; empty: any amount.
    approval_limits = models.JSONField(_("limits of approval"), default=dict, blank=True)
    # Where answers to the store's mails go; empty: to the address they are sent from.
    reply_to = models.EmailField(_("answers to mails go to"), blank=True)
    # Role ("clerk", or "controller" for admins too) → currency code → amount (decimal string) up to which one person
    # alone may write off. A clerk without a limit may nothing alone; a controller whatever approval_limits allow.
    write_off_limits = models.JSONField(_("limits of write-offs"), default=dict, blank=True)
    # Roles whose people see nothing before they have set up a second factor.
    second_factor_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # Minutes in which a write whose answer was lost may still arrive; only then is it sent again. None: ten.
    quarantine = models.PositiveSmallIntegerField(_("minutes until sent again"), null=True, blank=True)
    # "INV-10001" and "INV-19999": new invoices are offered the numbers between, in turn. Both empty: the number after
    # that of the newest invoice.
    first_number = models.CharField(_("first invoice number"), max_length=50, blank=True)
    last_number = models.CharField(_("last invoice number"), max_length=50, blank=True)
    # The last day of the months that are closed: nothing is dated into them. None: none is closed.
    closed_until = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Since then there is no token, and nothing is asked of its API; the records stay.
    disconnected_at = models.DateTimeField(null=True, editable=False)

    objects = StoreQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def token(self) -> str:
        if self.disconnected_at is not None:
            raise TokenUnreadable(
                _("This store is disconnected: an admin can connect it again with a new token.")
            )
        return decrypt(self.encrypted_token)

    @token.setter
    def token(self, token: str) -> None:
        self.encrypted_token = encrypt(token)

    @property
    def webhook_secret(self) -> str:
        return decrypt(self.encrypted_webhook_secret)

    @webhook_secret.setter
    def webhook_secret(self, secret: str) -> None:
        self.encrypted_webhook_secret = encrypt(secret)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self, now: dt.datetime) -> dt.date:
        """The store's own date at the moment `now` (aware)."""
        return now.astimezone(self.zone).date()
