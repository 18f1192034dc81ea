"""The entrance of `make run`."""

import sys

from arportal.local.run import main

sys.exit(main())
