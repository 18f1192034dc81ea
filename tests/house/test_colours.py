"""The colours of the theme: every text is legible on every ground in both themes, and green only where it is good."""

import colorsys
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

STATIC = Path("static/arportal")
THEMES = {"light": 0, "dark": 1}
STATES = ("open", "partly", "paid", "overdue", "credit", "muted")
# In degrees of the colour circle.
GREENISH = range(75, 186)
LEGIBLE = 4.5

# The text of filled buttons has no other ground, and they no other text.
FILLED = {"var(--ar-accent-fill)", "var(--ar-accent-fill-hover)"}
ON_FILLED = {"var(--ar-on-accent)"}
# No text: what lies around a dialog, the white sheet that a frame shows, the knob of a switch, and the lines of a
# drawing beside words. Of the ring around a field only the edge is coloured.
NO_GROUND = re.compile(r"none|rgb\(.*|#fff|radial-gradient\(.*")
NO_TEXT = {"inherit", "var(--ar-field-line)", "color-mix(in srgb, var(--ar-accent) 30%, transparent)"}
TEXT = re.compile(r"color|--bs-(?!.*border).*-color")
GROUND = re.compile(r"background|background-color|--bs-.*-bg")

CLASSES = re.compile(r"[\w-]+")
BOOTSTRAPS = re.compile(
    r"(btn|btn-outline|text|text-bg|bg|link|alert|badge|table|border)"
    r"-(primary|secondary|success|danger|warning|info|light|dark|link|body|muted|white|black)"
)

Colour = tuple[float, float, float]
THEME = (STATIC / "theme.css").read_text()


def declarations(rules: list[Any]) -> Iterator[tuple[str, str]]:
    """Name and value of every declaration, those within @media too."""
    for rule in rules:
        if rule.type == "at-rule" and rule.content:
            yield from declarations(tinycss2.parse_rule_list(rule.content))
        if rule.type == "qualified-rule":
            for each in tinycss2.parse_declaration_list(rule.content):
                if each.type == "declaration":
                    yield each.name, tinycss2.serialize(each.value).strip()


@cache
def used() -> dict[str, set[str]]:
    """The values of all properties on a screen: name → those that our files give it. Paper has rules of its own."""
    values: dict[str, set[str]] = defaultdict(set)
    for path in STATIC.glob("*.css"):
        if path.name != "print.css":
            for name, value in declarations(tinycss2.parse_stylesheet(path.read_text())):
                values[name].add(value)
    return values


def values_of(names: re.Pattern[str]) -> set[str]:
    return set().union(*(values for name, values in used().items() if names.fullmatch(name)))


@cache
def colour(text: str, theme: str, hue: str = "") -> Colour:
    """What a value of our CSS comes to, each part from 0 to 1; what shines through lies on paper."""
    if mixed := re.fullmatch(r"color-mix\(in srgb, (.+) (\d+)%, (.+)\)", text):
        share = int(mixed[2]) / 100
        parts = zip(colour(mixed[1], theme, hue), colour(mixed[3], theme, hue), strict=True)
        red, green, blue = (share * one + (1 - share) * other for one, other in parts)
        return red, green, blue
    if text.startswith("#"):
        red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
        return red, green, blue
    name = {"transparent": "--ar-paper", "var(--hue)": hue}.get(text) or text[4:-1]
    found = re.search(rf"{name}: (?:light-dark\((#\w{{6}}), (#\w{{6}})\)|(.*));", THEME)
    assert found, text
    return colour(found[3] or found[1 + THEMES[theme]], theme)


def luminance(of: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """As WCAG 2.2 measures it, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs() -> Iterator[tuple[str, str]]:
    """Every text with every ground, whether or not they meet today."""
    texts = values_of(TEXT) - NO_TEXT
    grounds = {each for each in values_of(GROUND) if not NO_GROUND.fullmatch(each)}
    assert grounds >= FILLED
    assert texts >= ON_FILLED
    for text in texts:
        yield from ((text, ground) for ground in grounds if (text in ON_FILLED) == (ground in FILLED))


def hues() -> set[str]:
    """The variables that --hue may stand for, such as --ar-open."""
    return {value[4:-1] for value in used()["--hue"]}


def test_every_text_can_be_read_on_every_ground_in_both_themes():
    measured = {
        (theme, hue, text, ground): contrast(colour(text, theme, hue), colour(ground, theme, hue))
        for theme in THEMES
        for text, ground in pairs()
        for hue in (hues() if "var(--hue)" in f"{text} {ground}" else {""})
    }
    assert len(measured) > 400
    assert {pair: figure for pair, figure in measured.items() if figure < LEGIBLE} == {}


def test_contrast_is_measured_as_wcag_does():
    black, white, grey = (colour(code, "light") for code in ("#000000", "#ffffff", "#767676"))
    assert contrast(black, white) == 21
    assert round(contrast(grey, white), 2) == 4.54
    half = colour("color-mix(in srgb, #000000 50%, #ffffff)", "light")
    assert half == (0.5, 0.5, 0.5)


def test_no_colour_is_bootstraps_own():
    """Its buttons have none of ours unless forms.css says so, and its words of colour follow another theme."""
    classes = set().union(*(CLASSES.findall(path.read_text()) for path in Path("templates").rglob("*.html")))
    ours = set(re.findall(r"\.(btn-\w+) \{ --bs-btn-", (STATIC / "forms.css").read_text()))
    assert {"btn-primary", "btn-plain"} <= ours & classes
    assert {each for each in classes - ours if BOOTSTRAPS.fullmatch(each)} == set()


def test_nothing_that_is_read_is_faded():
    """What is disabled, and a list whose next state a person has just asked for, may be."""
    faded = {
        tinycss2.serialize(rule.prelude).strip()
        for path in STATIC.glob("*.css")
        for rule in tinycss2.parse_stylesheet(path.read_text(), skip_whitespace=True, skip_comments=True)
        if rule.type == "qualified-rule"
        for name, value in declarations([rule])
        if name == "opacity" and value != "1"
    }
    assert [each for each in faded if "disabled" not in each and "htmx-request" not in each] == []


def test_of_all_states_only_paid_is_green():
    green = {
        (theme, state)
        for theme in THEMES
        for state in STATES
        if round(360 * colorsys.rgb_to_hls(*colour(f"var(--ar-{state})", theme))[0]) in GREENISH
    }
    assert green == {("light", "paid"), ("dark", "paid")}


def test_amounts_that_lead_somewhere_have_the_hue_of_what_they_are():
    rules = dict(re.findall(r"^a\.(\w+) \{ color: var\(--ar-(\w+)\); \}", THEME, re.M))
    assert rules == {"owed": "open", "credit": "credit"}
