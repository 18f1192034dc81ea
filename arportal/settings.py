"""Every setting, read from the environment and, below it, from VAR/arportal.env; a bad one stops the start."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from arportal import logs
from arportal.environment import Environment

ROOT = Path(__file__).resolve().parent.parent
environment = Environment(ROOT)

VAR = environment.var
DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.text("SECRET_KEY")
TOKEN_KEYS = environment.fernet_keys("TOKEN_KEYS")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default="127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", default="")
# A role of its own for the web server, to which the database shows the rows of one store at a time
# (docs/explanation/row-security.md); without one the web server works as the owner of the tables.
WEB_DATABASE = environment.database("WEB_DATABASE_URL") if environment.has("WEB_DATABASE_URL") else {}
WEB_ROLE = WEB_DATABASE.get("USER", "")
# wsgi.py sets IS_WEB_SERVER; the web server need not know the owner's password.
IS_CONFINED = bool(WEB_ROLE) and environment.flag("IS_WEB_SERVER", default=False)
DATABASES = {"default": WEB_DATABASE if IS_CONFINED else environment.database("DATABASE_URL")}
# Behind a TLS proxy: cookies are sent over https only, and http is redirected.
HTTPS = environment.flag("HTTPS", default=False)
# Addresses from which a store's invoice PDF may be fetched, beside the store's API host itself.
PDF_HOSTS = environment.words("PDF_HOSTS", default="")
# Whether webhooks may go to this very machine, and by http: on one's own, for a trial.
LOCAL_WEBHOOKS = environment.flag("LOCAL_WEBHOOKS", default=False)
# Processes that print PDFs beside each web server and worker process; with 0 they print themselves.
PDF_PROCESSES = os.cpu_count() or 1
# Where PDFs that were once made or fetched are kept, and how many bytes of them.
PDF_CACHE = VAR / "pdfs"
PDF_CACHE_BYTES = 1024**3
# The mail server, such as submission://user:password@host:587, and the address mails are sent from. Without one they
# are kept in the mail log and not sent.
MAIL = environment.mail("EMAIL_URL", "EMAIL_FROM")
SENDS_MAIL = bool(MAIL)
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST"), MAIL.get("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER"), MAIL.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH")
# A server that says nothing for so long is gone; it may take its time over an attachment.
EMAIL_TIMEOUT = MAIL.get("EMAIL_TIMEOUT") or 60
DEFAULT_FROM_EMAIL = MAIL.get("EMAIL_FROM", "arportal@localhost")
# Who may read /metrics says so with this; without one there is no such page.
METRICS_TOKEN = environment.secret("METRICS_TOKEN")
# Here each web process writes down its times, in files that all of them read: prometheus_client looks for the place
# when it is loaded.
METRICS_DIRECTORY = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR / "metrics")))
# BigCommerce's own API, where webhooks are registered.
BIGCOMMERCE_API = environment.text("BIGCOMMERCE_API", default="https://api.bigcommerce.com")
# Seconds that reads from the API may spend on retries: while a person waits, and in the background.
API_MAX_WAIT = {"person": 5.0, "worker": 60.0}
# Seconds that a connection to the API and each answer may take.
API_TIMEOUT = (3.05, 30.0)
# Seconds that a request may wait for its turn in the store's budget.
API_TURN_MAX_WAIT = {"person": 5.0, "worker": 120.0}
# Requests in 60 seconds that a store is taken to have until its API tells.
API_ALLOCATED = 150

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "arportal.urls"
WSGI_APPLICATION = "arportal.wsgi.application"
AUTH_USER_MODEL = "stores.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "bootstrap",
    "csp",
    "django_filters",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "arportal.stores",
    "arportal.mirror",
    "arportal.receivables",
    "arportal.documents",
    "arportal.desk",
    "arportal.rest",
]

MIDDLEWARE = [
    "arportal.stores.scope.StoreScope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "arportal.logs.RequestLines",
    "arportal.desk.probes.request_times.RequestTimes",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Default deny: a view is closed to strangers unless it says otherwise.
    "arportal.desk.site.sign_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lucide.templatetags.lucide",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "arportal.desk.site.context.desk",
            ],
        },
    }
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "arportal.stores.passwords.WordsOfThisPlace"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "arportal.desk.site.sign_in.form_too_old"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "arportal.stores.accounts.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Counted before a password is hashed, by where they come from and not by whose account it is: whoever guesses at a
# person's password does not keep that person out.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,60/h/ip"}
# Mails go to members only: who is none is not told so, and gets nothing.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = SENDS_MAIL
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Seconds that a sign-in is fresh enough to change people, pay back money or rotate a token.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "arportal.stores.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "arportal"
MFA_TOTP_TOLERANCE = 1
# Nobody signs themselves up: an address is known from the invitation that was mailed to it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# On one's own machine, at http://localhost; an address of numbers has no passkeys.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

SESSION_COOKIE_HTTPONLY = True
# With it a browser takes a cookie from this very host alone, and over https.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "arportal.desk.site.cookies.Messages"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# Sign-in is slowed down by address: behind a proxy that is the one the proxy tells.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Whether a domain joins the browsers' own list of those, which it does not leave for months, is its owner's to say.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "arportal.desk.site.static_files.StaticFiles"},
}

# A payment over a company's open invoices has a field for each of them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Shared by all processes: failed sign-ins are counted here. With too few entries a guesser with many addresses would
# push out the counts of the first.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "stores_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Default deny here too: without a token nobody asks anything.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["arportal.rest.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "arportal.rest.problems.answered",
    "COERCE_DECIMAL_TO_STRING": True,
}
# Requests of one token in a minute, over all processes.
REST_REQUESTS_A_MINUTE = 600
SPECTACULAR_SETTINGS = {
    "TITLE": "arportal",
    "DESCRIPTION": "Accounts receivable of BigCommerce B2B Edition stores",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["arportal.rest.schema.hooks.only_the_api"],
    "POSTPROCESSING_HOOKS": ["arportal.rest.schema.hooks.finished"],
}

# What procrastinate calls these log records.
REGISTRATIONS = {"registering_periodic_task", "loading_blueprint"}
PROCRASTINATE_WORKER_DEFAULTS = {"task_middleware": [logs.job_lines]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "arportal.logs.JsonLine"},
        "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "filters": {
        # Every command that starts would list the jobs there are; what becomes of them is worth a line.
        "registrations": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "action", "") not in REGISTRATIONS,
        },
        "addresses": {"()": "django.utils.log.CallbackFilter", "callback": logs.without_address},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            # For a program that collects them, or for people to read.
            "formatter": environment.one_of("LOG_FORMAT", "json", "text"),
            "filters": ["registrations", "addresses"],
        }
    },
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", default="INFO")},
    "loggers": {
        # On DEBUG it would say the values of every statement.
        "django.db.backends": {"level": "INFO"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
