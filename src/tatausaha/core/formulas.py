"""Text that a spreadsheet program would run as a formula: made harmless on the way out, restored on the way in."""

import re

# Asian programs take the wide forms of the signs for the signs themselves.
SIGNS = "=+@＝＋－＠-"
STARTS = (*SIGNS, "\t", "\r", "\n")

# A program that parts cells by semicolons or tabs, as Indonesian ones do, finds the beginning of a cell inside of ours.
_INSIDE = re.compile(rf'(?<=[;\t])(?="*[{SIGNS}])')
_GUARDED_INSIDE = re.compile(rf"(?<=[;\t])'(?=\"*[{SIGNS}])")


def guarded(written: str) -> str:
    """With an apostrophe in front when a spreadsheet would take it for a formula."""
    inside = _INSIDE.sub("'", written)
    return "'" + inside if written.startswith(STARTS) else inside


def unguarded(written: str) -> str:
    """Without the apostrophes that `guarded` put in."""
    whole = written[1:] if written[:1] == "'" and written[1:].startswith(STARTS) else written
    return _GUARDED_INSIDE.sub("", whole)
