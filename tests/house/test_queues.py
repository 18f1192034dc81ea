"""Queues: each has a worker, a round every minute, and nothing in it that holds up what people send."""

from collections import defaultdict

from procrastinate.contrib.django import app

from arportal.local.run import QUEUES


def test_it_works():
    """A task in a queue without a worker would wait for ever."""
    assert {task.queue for task in ours()} == set(QUEUES)


def ours():
    return [task for task in app.tasks.values() if task.name.startswith("arportal.")]


def test_what_people_send_shares_its_queue_with_nothing_else():
    names = {task.name.removeprefix("arportal.") for task in ours() if task.queue == "changes"}
    assert names == {
        "receivables.tasks.confirm_every_store",
        "receivables.tasks.confirm_changes",
        "receivables.tasks.carry_out_batch",
        "receivables.tasks.work_on_import",
        "receivables.tasks.send_line",
        "mirror.tasks.free_stalled",
    }


def test_documents_share_theirs_with_nothing_else():
    assert {task.queue for task in ours() if task.name.startswith("arportal.documents.")} == {"documents"}
    others = [task for task in ours() if not task.name.startswith("arportal.documents.")]
    assert "documents" not in {task.queue for task in others}


def test_each_has_a_round_every_minute():
    """`/readyz` tells by it whether anybody works on the queue."""
    rounds = defaultdict(set)
    for periodic in app.periodic_registry.periodic_tasks.values():
        rounds[periodic.task.queue].add(periodic.cron)
    assert all("* * * * *" in rounds[queue] for queue in QUEUES)
