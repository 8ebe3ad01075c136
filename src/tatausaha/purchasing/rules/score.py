"""How a supplier does, from what really came: punctual, complete, without refusals, at the agreed price."""

from collections.abc import Sequence

import msgspec

from tatausaha.core.money import round_ratio

PERCENT = 100
WEIGHTS = {"on_time": 40, "full": 40, "kept": 20}
"""How much each part counts; a part about which nothing is known counts nothing."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of a supplier's orders over some time."""

    due: int = 0
    """Orders whose promised day has passed or that came whole."""
    on_time: int = 0
    ordered: int = 0
    """Value in rupiah of what should have come with these."""
    received: int = 0
    answered: int = 0
    """Orders that were sent to the supplier."""
    refused: int = 0


class Score(msgspec.Struct, frozen=True):
    """Shares in percent; None where nothing is known yet."""

    on_time: int | None
    full: int | None
    kept: int | None
    total: int | None


def score(facts: Facts) -> Score:
    """The parts, and their weighted mean over those that are known."""
    parts = {
        "on_time": _percent(facts.on_time, facts.due),
        "full": _percent(min(facts.received, facts.ordered), facts.ordered),
        "kept": _percent(facts.answered - facts.refused, facts.answered),
    }
    known = {name: part for name, part in parts.items() if part is not None}
    weight = sum(WEIGHTS[name] for name in known)
    total = round_ratio(sum(part * WEIGHTS[name] for name, part in known.items()), weight) if weight else None
    return Score(total=total, **parts)


def change_percent(prices: Sequence[int]) -> int | None:
    """How much the last of some prices is above the first, in tenths of a percent; None without two to compare."""
    if len(prices) < 2 or prices[0] <= 0:
        return None
    return round_ratio((prices[-1] - prices[0]) * PERCENT * 10, prices[0])


def _percent(part: int, whole: int) -> int | None:
    return round_ratio(part * PERCENT, whole) if whole > 0 else None
