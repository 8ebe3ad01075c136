"""What a client brings in a month: what was invoiced, less what the hours cost."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core.money import Rupiah, round_ratio

HOUR = 60
Source = Literal["invoiced", "drafted", "estimated", "none"]


class Work(msgspec.Struct, frozen=True):
    """Minutes worked for a client: all, those of people whose cost is known, and what these weigh (minutes × rupiah)."""

    minutes: int = 0
    costed: int = 0
    weight: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.minutes + other.minutes, self.costed + other.costed, self.weight + other.weight)

    @property
    def cost(self) -> Rupiah:
        """What the hours cost, rounded once."""
        return round_ratio(self.weight, HOUR)

    @property
    def uncosted(self) -> int:
        """Minutes of people whose cost nobody entered."""
        return self.minutes - self.costed


class Result(msgspec.Struct, frozen=True):
    """A client's month. `source` says whether `income` (rupiah without PPN) was invoiced, is drafted, or is only what the
    agreed prices would give; none of them when there is nothing to bill by."""

    client_id: UUID
    client_name: str
    month: date
    income: Rupiah
    source: Source
    work: Work

    @property
    def margin(self) -> Rupiah:
        """What is left; below zero the client costs more than it brings."""
        return self.income - self.work.cost

    @property
    def per_hour(self) -> Rupiah | None:
        """What is left for each hour worked, or None where nobody worked."""
        return round_ratio(self.margin * HOUR, self.work.minutes) if self.work.minutes else None
