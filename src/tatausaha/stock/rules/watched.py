"""The lists of what needs somebody's eye, and how each is filtered."""

from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["low", "expiring", "slow"]


class Wanted(msgspec.Struct, frozen=True):
    """Which of the lists, and its filter; everything left out means all."""

    kind: Kind
    client_id: UUID | None = None
    place_id: UUID | None = None
    category: str = ""
