from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class NumberFormat(models.TextChoices):
    """The way a person writes numbers, and is shown them."""

    DOT = "dot", "1,234.50"
    COMMA = "comma", "1.234,50"


class DateFormat(models.TextChoices):
    """The way a person is shown days."""

    MONTH_FIRST = "month first", "Mar 31, 2026"
    DAY_FIRST = "day first", "31 Mar 2026"
    ISO = "iso", "2026-03-31"


class Theme(models.TextChoices):
    DEVICE = "", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """The height of the rows of a list."""

    NORMAL = "normal", _("Normal rows")
    COMPACT = "compact", _("Compact rows")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address. What they may do is said by their Membership of each store."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(default=True)
    # A program rather than a person: it has tokens of the REST API, and can never sign in.
    is_service = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    number_format = models.CharField(
        _("numbers"), max_length=10, choices=NumberFormat, default=NumberFormat.DOT
    )
    date_format = models.CharField(
        _("dates"), max_length=20, choices=DateFormat, default=DateFormat.MONTH_FIRST
    )
    theme = models.CharField(_("colours"), max_length=10, choices=Theme, default=Theme.DEVICE, blank=True)
    density = models.CharField(_("lists"), max_length=10, choices=Density, default=Density.NORMAL)
    # A part of what every session is sealed with: one more, and all of them have ended.
    sign_outs = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def end_sessions(self) -> None:
        """Signs the person out everywhere, with the next request."""
        User.objects.filter(pk=self.pk).update(sign_outs=models.F("sign_outs") + 1)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "arportal.stores.models.User",
            f"{self.sign_outs}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def choose_number_format(self, choice: NumberFormat) -> None:
        self.number_format = choice
        self.save(update_fields=["number_format"])
