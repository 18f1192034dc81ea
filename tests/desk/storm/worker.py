"""The worker of a storm, in a process that is killed and started again."""

from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection
from procrastinate.contrib.django import app

from tests.desk.storm.plan import Plan
from tests.desk.storm.times import live_by

# Every process is a fork of one that has this module imported: starting it takes milliseconds.
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["pytest", __name__])


def start_worker(plan: Plan) -> BaseProcess:
    process = _processes.Process(target=_run, args=(connection.settings_dict["NAME"], plan), daemon=True)
    process.start()
    return process


def _run(database: str, plan: Plan) -> None:
    connection.settings_dict["NAME"] = database
    live_by(plan)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(concurrency=4, fetch_job_polling_interval=0.2, install_signal_handlers=False)
