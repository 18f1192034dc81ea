"""Django settings of the sandbox alone: no middleware, no sessions, one SQLite database."""

import os
import secrets

DATABASE_FILE = os.environ.get("ARPORTAL_SANDBOX_DATABASE", ":memory:")

SECRET_KEY = secrets.token_hex(32)  # signs the links of invoice PDFs; new for every process
ALLOWED_HOSTS = ["*"]  # it only listens on 127.0.0.1
INSTALLED_APPS = ["arportal.sandbox"]
ROOT_URLCONF = "arportal.sandbox.urls"
APPEND_SLASH = False
USE_TZ = True
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# WAL: a sandbox that is killed in the middle of a write keeps a readable file.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATABASE_FILE,
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"},
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["arportal.sandbox.requests.bodies.AnyJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "arportal.sandbox.requests.bodies.AlwaysJSON",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "arportal.sandbox.requests.refusals.answer",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
