"""The door through which the web server calls us."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arportal.settings")
os.environ["IS_WEB_SERVER"] = "true"

application = get_wsgi_application()

# What is loaded by now stays to the end, and a page makes thousands of objects that go by themselves: to look for
# cycles after every 700 costs a tenth of each page.
gc.freeze()
gc.set_threshold(50_000)
