"""The colours of states: legible in both themes, and green only where something is good."""

import colorsys
import re
from pathlib import Path

import pytest

STATIC = Path("static/arportal")
THEMES = {"light": 0, "dark": 1}
STATES = ("open", "partly", "paid", "overdue", "credit", "muted")
# In degrees of the colour circle.
GREENISH = range(75, 186)
# Of its own hue, what a pill mixes into the paper: parts.css.
TINT = 0.11

Colour = tuple[float, float, float]


def colour(name: str, theme: str) -> Colour:
    """One of theme.css, each part from 0 to 1."""
    found = re.search(
        rf"--ar-{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", (STATIC / "theme.css").read_text()
    )
    assert found
    code = found[1 + THEMES[theme]]
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def luminance(of: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tint(hue: Colour, paper: Colour) -> Colour:
    red, green, blue = (TINT * a + (1 - TINT) * b for a, b in zip(hue, paper, strict=True))
    return red, green, blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_read(theme, state):
    hue, paper = colour(state, theme), colour("paper", theme)
    for ground in (paper, colour("raised", theme), tint(hue, paper)):
        assert contrast(hue, ground) >= 4.5


def test_a_pill_is_tinted_as_measured_here():
    assert f"var(--hue) {TINT:.0%}, var(--ar-paper)" in (STATIC / "parts.css").read_text()


@pytest.mark.parametrize("theme", THEMES)
def test_of_all_states_only_paid_is_green(theme):
    hues = {state: round(360 * colorsys.rgb_to_hls(*colour(state, theme))[0]) for state in STATES}
    assert {state for state, hue in hues.items() if hue in GREENISH} == {"paid"}


def test_amounts_that_lead_somewhere_have_the_hue_of_what_they_are():
    rules = dict(
        re.findall(r"^a\.(\w+) \{ color: var\(--ar-(\w+)\); \}", (STATIC / "theme.css").read_text(), re.M)
    )
    assert rules == {"owed": "open", "credit": "credit"}
