"""What the ledger of stock has pages for: a movement by hand, one that cost something, and a closed month."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.stock.service import ledger, transfers
from tests.make import Office, make_item, make_place, make_stock


async def fill_ledger(client_id: UUID, place_id: UUID, item_id: UUID, word: str) -> dict[str, UUID]:
    """Some of the item that lies in the place goes out, by a document that bears `word`; the month before is closed."""
    ids = {"stock_document_id": uuid7(), "stock_month_id": uuid7()}
    gone = ledger.Entry(
        *("issue", place_id, item_id, -1_000, date(2026, 11, 5)),
        document_kind="movement",
        document_id=ids["stock_document_id"],
        department=word,
        reason=word,
    )
    [posted] = await ledger.post(client_id, [gone])
    await db.execute(
        "insert into stock_month (id, client_id, month, closed_name) values ($1, $2, $3, $4)",
        *(ids["stock_month_id"], client_id, date(2026, 9, 1), word),
    )
    await db.execute(
        "insert into stock_month_value (client_id, month_id, place_id, category, quantity, value)"
        " values ($1, $2, $3, $4, 0, 0)",
        *(client_id, ids["stock_month_id"], place_id, word),
    )
    return ids | {"movement_id": posted.movement_ids[0]}


async def seed_ledger(
    office: Office, empty: UUID, place_id: UUID, item_id: UUID
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """For pages: what `fill_ledger` makes, a transfer, costs of every kind; gives ids and further addresses by route."""
    own = office.client_id
    async with office.scope():
        ids = await fill_ledger(own, place_id, item_id, "Dapur")
        depot = await make_place(own, "Gudang Utama")
        oil = await make_item(own, "MYK-2", "Minyak Goreng 2 L", category="Sembako", cost_method="fifo", unit="btl")
        await make_stock(depot, oil, 24_000, 720_000, day=date(2026, 11, 2))
        await make_stock(depot, oil, 12_000, 384_000, day=date(2026, 11, 9))
        key = await transfers.transfer(
            own, depot, place_id, [(oil, 30_000)], date(2026, 11, 10), reason="Stok toko habis"
        )
        await db.execute(
            "insert into stock_policy (client_id, negative) values ($1, 'flag') on conflict do nothing", own
        )
        sold = ledger.Entry("sale", place_id, oil, -31_000, date(2026, 11, 12), document_kind="shift")
        [below] = await ledger.post(own, [sold])
        [filled] = await ledger.post(own, [ledger.Entry("receipt", place_id, oil, 12_000, date(2026, 10, 1), 400_000)])
    here = f"?client={own}"
    costs = [*below.movement_ids, *filled.movement_ids]
    return {name: str(value) for name, value in ids.items()}, {
        "stock.moves": [f"/stock/moves{here}", f"/stock/moves?client={empty}", f"/stock/moves{here}&kind=count"],
        "stock.move": [f"/stock/moves/{key}"],
        "stock.new_move": [f"/stock/moves/new{here}"],
        "stock.new_transfer": [f"/stock/moves/transfer{here}"],
        "stock.card": [f"/stock/items/{oil}/card", f"/stock/items/{oil}/card?place={depot}&from=2026-11-09"],
        "stock.explain": [f"/stock/moves/cost/{one}" for one in costs],
        "stock.months": [f"/stock/months{here}", f"/stock/months?client={empty}"],
    }
