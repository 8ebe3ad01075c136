"""Which debts a sum settles, whoever owes: the one rule for customers of clients and for clients themselves."""

from collections.abc import Sequence
from typing import TypeVar

from tatausaha.core.money import Rupiah

K = TypeVar("K")


def settle(amount: Rupiah, debts: Sequence[tuple[K, Rupiah]]) -> tuple[list[tuple[K, Rupiah]], Rupiah]:
    """What of a payment goes to each debt, given as (key, open rupiah) in the order of settling, and what is left."""
    shares = []
    for key, owed in debts:
        share = min(owed, amount)
        if share:
            shares.append((key, share))
            amount -= share
    return shares, amount
