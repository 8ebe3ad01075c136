"""Text that a spreadsheet program would run as a formula: made harmless on the way out, restored on the way in."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(written: str) -> str:
    """With an apostrophe in front when a spreadsheet would take it for a formula."""
    return "'" + written if written.startswith(STARTS) else written


def unguarded(written: str) -> str:
    """Without the apostrophe that `guarded` put in front."""
    return written[1:] if written[:1] == "'" and written[1:].startswith(STARTS) else written
