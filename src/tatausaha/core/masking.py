"""Numbers that pages do not show whole."""

DOTS = "••••"


def masked(written: str | None, shown: int = 4) -> str:
    """`••••1234`: four dots for all but the last characters, however many; a dash for nothing.

    So little of a short number is left that none of it is shown.
    """
    if not written:
        return "–"
    return f"{DOTS}{written[-shown:]}" if len(written) > shown else DOTS
