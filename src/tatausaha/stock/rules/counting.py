"""When a count is doubted. Quantities are thousandths of a unit."""


def in_doubt(expected: int, counted: int, percent: int) -> bool:
    """Whether a line differs by more than a share of what should be there; what should not be there at all always does."""
    return abs(counted - expected) * 100 > percent * max(expected, 0)
