"""One of everything that tills have: for pages, and for those who try what is not theirs."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.service import shifts
from tatausaha.sales.service.booking import Document, book
from tatausaha.stock.queries.places import get_place
from tests.make import make_item, make_place, make_stock

DAY = date(2026, 11, 20)


async def fill_tills(client_id: UUID, word: str) -> dict[str, UUID]:
    """A shift that waits for a second person, with sales, refunds and one late sale; every text bears `word`."""
    place_id = await make_place(client_id, word)
    item_id = await make_item(client_id, f"T-{place_id.hex[-6:]}", word)
    await make_stock(place_id, item_id, 100_000, 800_000)
    shift_id, _ = await shifts.open_shift(await get_place(place_id), DAY, "K1", "1", word, 500_000)
    document = Document("shift", shift_id)

    async def sell(receipt: str, *quantities: int, method: str = "cash") -> None:
        lines = [
            Line(DAY, item_id, quantity * 1_000, quantity * 12_000, receipt, 0, method, till="K1", shift="1")
            for quantity in quantities
        ]
        await book(client_id, place_id, lines, document)

    await sell("A-1", 3, 1)
    await sell("A-2", 2, method="qris")
    await sell("A-3", -1)
    opened = await shifts.queries.get_shift(shift_id, lock=True)
    await shifts.count(opened, 500_000, {"cash": 535_000, "qris": 24_000}, word)
    await sell("A-4", 1)
    return {"shift_id": shift_id, **await _fill_memory(client_id, place_id, item_id, word)}


async def _fill_memory(client_id: UUID, place_id: UUID, item_id: UUID, word: str) -> dict[str, UUID]:
    ids = {name: uuid7() for name in ("till_layout_id", "till_item_id", "sales_import_id")}
    await db.execute(
        "insert into till_layout (id, client_id, headers, mapping, actor_name) values ($1, $2, $3, $4, $5)",
        *(ids["till_layout_id"], client_id, [word, "Qty"], {"item": 0, "quantity": 1}, word),
    )
    await db.execute(
        "insert into till_item (id, client_id, written, item_id, actor_name) values ($1, $2, $3, $4, $3)",
        *(ids["till_item_id"], client_id, word, item_id),
    )
    await db.execute(
        "insert into import_file (id, client_id, kind, subject_id, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'sales', $3, $4, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["sales_import_id"], client_id, place_id, word),
    )
    ids["till_id"] = await db.value("select id from till where place_id = $1", place_id)
    return ids
