"""What a command of manage.py says beside its answer."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from cryptography.fernet import Fernet

from arportal import settings
from tests.whole import only_whole

ROOT = Path(__file__).resolve().parent.parent.parent


@only_whole("test_what_becomes_of_jobs_is_still_logged")
def test_it_works():
    """Nothing of the jobs there are, and nothing against the settings of production."""
    environment = {
        **os.environ,
        "SECRET_KEY": Fernet.generate_key().decode() * 2,
        "HTTPS": "true",
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "DJANGO_SETTINGS_MODULE": "arportal.settings",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "LOG_LEVEL": "INFO",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (1 silenced).\n"


def test_what_becomes_of_jobs_is_still_logged():
    is_kept = settings.LOGGING["filters"]["registrations"]["callback"]
    record = logging.makeLogRecord({"name": "procrastinate.worker", "action": "start_job", "msg": "Starting"})
    assert is_kept(record)
    assert is_kept(logging.makeLogRecord({"name": "arportal", "msg": "plain"}))
    assert not is_kept(logging.makeLogRecord({"action": "registering_periodic_task"}))
