"""Colours of documents: what can be read on what (WCAG 2.2: a contrast of 4.5 to 1 for text)."""

READABLE = 4.5
WHITE = "#ffffff"
INK = "#17212f"


def contrast(one: str, other: str) -> float:
    """1 to 21, of two colours written `#rrggbb`."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str) -> str:
    """White or ink, whichever stands out more."""
    return max(INK, WHITE, key=lambda text: contrast(text, ground))


def _luminance(colour: str) -> float:
    """0 to 1, as WCAG 2.2 defines it: the channels made linear, and weighted as eyes weigh them."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
