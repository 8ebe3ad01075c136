"""Words that were meant although they are written otherwise: a column's name with a slip of the finger."""

SHORTEST = 5
"""Of shorter words too many lie close to each other."""


def nearly(one: str, other: str) -> bool:
    """True for two words that one slip parts: a letter too many, too few or wrong, or two that changed places."""
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    begin = _common(one, other)
    first, second = one[begin:], other[begin:]
    rest = _common(first[::-1], second[::-1])
    left, right = first[: len(first) - rest], second[: len(second) - rest]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
