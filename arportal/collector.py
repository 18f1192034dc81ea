"""How often Python looks for objects that hold on to each other."""

import gc


def look_rarely() -> None:
    """For a process that stays: a page of a list makes thousands of objects that go by themselves, and to look for
    cycles after every 700 costs a tenth of a page of ours and a fifth of a page of the API's."""
    gc.set_threshold(50_000)
