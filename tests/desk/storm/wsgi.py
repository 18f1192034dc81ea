"""The door through which the web server of a storm calls the product, whose times are shrunk before."""

from arportal.wsgi import application
from tests.desk.storm.plan import Plan
from tests.desk.storm.times import live_by

live_by(Plan.of_environment())

__all__ = ["application"]
