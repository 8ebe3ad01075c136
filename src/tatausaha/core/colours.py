"""Colours that people choose, made fit to read: WCAG 2.2 asks for a contrast of 4.5 between text and its ground."""

import re

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

READABLE = 4.5
WHITE, BLACK = "#ffffff", "#000000"
COLOUR = re.compile(r"#[0-9a-f]{6}")


def checked_colour(written: str, field: str = "colour") -> str | None:
    """A typed colour as `#rrggbb`, or None for none; `Invalid` at `field` for anything else."""
    colour = written.strip().lower()
    if colour and not COLOUR.fullmatch(colour):
        sentence = text("Write a colour as # and six digits, for example #4f46e5.")
        raise Invalid(text("Some fields need your attention."), {field: sentence})
    return colour or None


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours written `#rrggbb`, from 1 (equal) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str) -> str:
    """The colour nearest to `colour`, towards black or white, that can be read on `ground`."""
    end = BLACK if contrast(BLACK, ground) > contrast(WHITE, ground) else WHITE
    steps = (_mix(colour, end, step / 20) for step in range(21))
    return next(mixed for mixed in steps if contrast(mixed, ground) >= READABLE)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(colour: str, end: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(end), strict=True)
    return "#" + "".join(f"{round(here + (there - here) * share):02x}" for here, there in pairs)
