"""How strict a client is with what suppliers bring and bill."""

from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.purchasing.rules.matching import Tolerance


class PayablePolicy(msgspec.Struct, frozen=True):
    """Rates are parts per 100,000; version 0 while the client has said nothing."""

    price_rate: int = 1000
    quantity_rate: int = 0
    over_rate: int = 0
    near_days: int = 7
    claims_ppn: bool = True
    version: int = 0

    @property
    def tolerance(self) -> Tolerance:
        return Tolerance(self.price_rate, self.quantity_rate)


async def get_policy(client_id: UUID) -> PayablePolicy:
    """What the client said, or the usual."""
    found = await db.row(
        PayablePolicy,
        "select price_rate, quantity_rate, over_rate, near_days, claims_ppn, version from payable_policy where client_id = $1",
        client_id,
    )
    return found or PayablePolicy()
