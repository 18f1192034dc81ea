"""The door through which the web server calls us."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arportal.settings")
os.environ["IS_WEB_SERVER"] = "true"

application = get_wsgi_application()

# What is loaded by now stays to the end.
gc.freeze()
