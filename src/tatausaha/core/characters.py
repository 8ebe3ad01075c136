"""Characters that no text of ours holds: those that databases, spreadsheets and PDFs refuse, and those that mislead."""

import re

# Tabs and line ends belong to text; halves of surrogate pairs and non-characters come from broken or hostile programs.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"

# They turn the order of letters on screen, come along with numbers copied from a telephone, and mean nothing here.
_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def without_directions(written: str) -> str:
    """The text without marks of writing direction."""
    return written if written.isprintable() else written.translate(_DIRECTIONS)


def cleaned(written: str) -> str:
    """The text without marks of direction, and with U+FFFD in place of what cannot be stored."""
    return written if written.isprintable() else CONTROLS.sub(REPLACEMENT, written.translate(_DIRECTIONS))
