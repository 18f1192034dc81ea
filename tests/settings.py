"""The product's settings for tests: their own database, fast passwords, no secret and no file of yours."""

import os

from tests import database

os.environ.update(
    VAR=str(database.DIRECTORY),
    LOG_LEVEL="WARNING",
    SECRET_KEY="only for tests",
    TOKEN_KEYS="dGVzdHMgb25seTogMzIgYnl0ZXMgb2Yga2V5IHRleHQ=",
)
os.environ.setdefault("DATABASE_URL", database.URL)
os.environ.setdefault("WEB_DATABASE_URL", database.confined(os.environ["DATABASE_URL"]))

from arportal.settings import *  # noqa: F403 - it reads what was just set

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A failing API fails at once: the client's own tests are about its retries.
API_MAX_WAIT = {"person": 0.0, "worker": 0.0}
# A process that prints takes a second to start, in every worker of the tests.
PDF_PROCESSES = 0
# The tests' sandbox does not limit requests and tells nothing of a budget: nobody waits for a turn.
API_ALLOCATED = 1_000_000
# One connection a thread: a test database can be dropped only when no pool still holds it.
DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405 - from the star above
