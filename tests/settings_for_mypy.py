"""For mypy alone, which knows one Django: the product's apps and, beside them, the sandbox's."""

from tests.settings import *  # noqa: F403 - the same settings
from tests.settings import INSTALLED_APPS as PRODUCT_APPS

INSTALLED_APPS = [*PRODUCT_APPS, "arportal.sandbox"]
