"""Agreed prices for tests that bill by them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.rules.pricing import PriceLine, Tier

USUAL = (
    PriceLine(kind="retainer", label="Biaya tetap", price=2_000_000, pph23="accounting"),
    PriceLine(
        kind="payslip", label="Slip gaji", price=5_000, included=100, tiers=(Tier(150, 4_500),), pph23="accounting"
    ),
    PriceLine(kind="hour", label="Jam kerja", price=250_000, pph23="consulting"),
)


async def make_prices(
    client_id: UUID,
    lines: Sequence[PriceLine] = USUAL,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
    *,
    name: str = "Harga 2026",
    minimum: int = 0,
    terms_days: int = 14,
    state: str = "agreed",
) -> UUID:
    """A list as it stands after its second person agreed (or in another state). Needs the provider's scope."""
    list_id = uuid7()
    await db.execute(
        "insert into price_list (id, client_id, name, starts_on, ends_on, minimum, terms_days, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, 'Manager')",
        *(list_id, client_id, name, starts_on, ends_on, minimum, terms_days),
    )
    for position, line in enumerate(lines, 1):
        await db.execute(
            "insert into price_line (client_id, price_list_id, position, kind, label, price, included, tiers, ppn, pph23)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *(client_id, list_id, position, line.kind, line.label, line.price, line.included, line.tiers),
            *(line.ppn, line.pph23),
        )
    await db.execute(
        "update price_list set state = $2, agreed_at = case $2 when 'agreed' then now() end,"
        " agreed_name = case $2 when 'agreed' then 'Owner' else '' end where id = $1",
        *(list_id, state),
    )
    return list_id
