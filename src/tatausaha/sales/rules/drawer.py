"""What should be in the drawer, and how far the count is from it."""

from collections.abc import Mapping, Sequence

import msgspec

from tatausaha.core.money import Rupiah
from tatausaha.sales.rules.methods import CASH


class Taken(msgspec.Struct, frozen=True):
    """What a shift took in by one way of paying; refunds are zero or less."""

    method: str
    sales: Rupiah
    refunds: Rupiah


class Counted(msgspec.Struct, frozen=True):
    """One way of paying: what should be there, and what was counted."""

    method: str
    expected: Rupiah
    counted: Rupiah

    @property
    def difference(self) -> Rupiah:
        """Negative when something is missing."""
        return self.counted - self.expected


def expected(opening: Rupiah, taken: Sequence[Taken]) -> dict[str, Rupiah]:
    """What each way of paying must come to: the drawer's opening cash counts with the cash."""
    return {CASH: opening} | {
        one.method: one.sales + one.refunds + (opening if one.method == CASH else 0) for one in taken
    }


def compare(opening: Rupiah, taken: Sequence[Taken], counted: Mapping[str, Rupiah]) -> list[Counted]:
    """Each way of paying with its count; what nobody counted counts as nothing."""
    due = expected(opening, taken)
    return [Counted(method, due.get(method, 0), counted.get(method, 0)) for method in sorted(due.keys() | counted)]
