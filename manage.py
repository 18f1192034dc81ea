"""The command line of arportal."""

import os
import sys

from django.core.management import execute_from_command_line

from arportal.collector import look_rarely


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arportal.settings")
    look_rarely()  # The workers are started by it too.
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
