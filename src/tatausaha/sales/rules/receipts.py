"""Which line of which receipt a row is, so that the same line told twice is one line."""

from datetime import date

MOST_RECEIPTS = 200_000
"""So many receipts are remembered at a time; the lines of one must not lie farther apart than that in a file."""

MOST_LINES = 9_999

Ticket = tuple[str, date, str]
"""A till's code, the day, and the receipt's number, or what stands for it where there is none."""


class Receipts:
    """Numbers the lines of receipts in the order in which they are told, where nobody numbered them."""

    def __init__(self, most: int = MOST_RECEIPTS) -> None:
        self.most = most
        self.seen: dict[int, int] = {}

    def number(self, ticket: Ticket, given: int | None) -> int | None:
        """The line's number from 1; None when that line of this receipt was told before."""
        key = hash(ticket)
        lines = self.seen.get(key, 0)
        line = given if given is not None else lines.bit_length() + 1
        bit = 1 << (line - 1)
        if lines & bit:
            return None
        if not lines and len(self.seen) >= self.most:
            del self.seen[next(iter(self.seen))]
        self.seen[key] = lines | bit
        return line
