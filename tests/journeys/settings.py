"""The settings of the tests, for a web server that hands out the static files without collecting them."""

from tests.settings import *  # noqa: F403 - the same settings

WHITENOISE_USE_FINDERS = True

# PDFs are printed as in production: by a process that the web server starts.
PDF_PROCESSES = 1
