"""Lengths of time are written in the unit a person would take."""

import pytest

from arportal.mirror.durations import seconds_in_plain_units


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (0.4, "1 second"),
        (7, "7 seconds"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (60, "1 minute"),
        (89, "1 minute"),
        (119, "2 minutes"),
        (89 * 60, "89 minutes"),
        (90 * 60, "2 hours"),
        (35 * 3600, "35 hours"),
        (3 * 86400, "3 days"),
    ],
)
def test_a_length_of_time(seconds, words):
    assert seconds_in_plain_units(seconds) == words


def test_it_is_written_in_the_language_of_the_reader():
    assert seconds_in_plain_units(119, "de-at") == "2 Minuten"
