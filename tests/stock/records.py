"""One of everything that stock has: for pages, and for those who try what is not theirs."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.stock.jobs import ExportItems
from tests.make import Office, drain, make_item, make_place, make_stock
from tests.stock.test_import import MESSY, imported

TWICE = (("", "GBP"), ("\n", "USD"))
"""The same list read in a currency that is not its own, and in the right one."""


async def fill_items(client_id: UUID, word: str) -> dict[str, UUID]:
    """An item in a box with a barcode, some of it in a place, an import and an export; every text bears `word`."""
    place_id = await make_place(client_id, name=word)
    item_id = await make_item(client_id, "RHS-1", name=word, category=word, note=word, sale_price=9_000, batched=True)
    ids = {"place_id": place_id, "item_id": item_id}
    ids |= {name: uuid7() for name in ("unit_id", "barcode_id", "item_import_id", "item_file_id")}
    await db.execute(
        "insert into item_unit (id, client_id, item_id, unit, factor) values ($1, $2, $3, 'dus', 12000)",
        *(ids["unit_id"], client_id, item_id),
    )
    await db.execute(
        "insert into item_barcode (id, client_id, item_id, barcode) values ($1, $2, $3, '8991234567891')",
        *(ids["barcode_id"], client_id, item_id),
    )
    await make_stock(place_id, item_id, 5_000, 40_000, number=word, expires_on=date(2027, 1, 31))
    await db.execute(
        "insert into import_file (id, client_id, kind, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'items', $3, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["item_import_id"], client_id, word),
    )
    await db.execute(
        "insert into job (client_id, kind, queue, payload, title, unit, once_key, state)"
        " values ($1, $2, 'documents', '{}', $3, $3, $4, 'done')",
        *(client_id, ExportItems.kind, {"msgid": word, "params": {}}, str(ids["item_file_id"])),
    )
    return ids


async def seed_items(office: Office, empty: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """For pages: what `fill_items` makes, an import in each state, and a file; gives ids and further addresses by route."""
    async with office.scope():
        ids = await fill_items(office.client_id, "Susu Segar 1 L")
        await db.execute("update stock_level set minimum = 12000 where item_id = $1", ids["item_id"])
    refused, done = [await imported(office, MESSY + end, currency=code, rate="16.250") for end, code in TWICE]
    form = {"client": str(office.client_id), "format": "csv"}
    ordered = await office.worker.post("/stock/items/export", form)
    await drain(office.tenant_id)
    here, item = f"?client={office.client_id}", ids["item_id"]
    named = {name: str(key) for name, key in ids.items()}
    named |= {"item_import_id": str(done.id), "item_file_id": ordered.headers["location"].rsplit("/", 1)[-1]}
    return named, {
        "stock.items": [f"/stock{here}", f"/stock?client={empty}", "/stock?q=zzz"],
        "stock.places": [f"/stock/places{here}", f"/stock/places?client={empty}"],
        "stock.import_show": [f"/stock/imports/{refused.id}"],
        "stock.labels": [f"/stock/labels?item={item}"],
        "stock.lookup": [f"/stock/lookup{here}&q=susu", "/stock/lookup?q=zzz"],
        "portal.stock_lookup": ["/portal/stock/lookup?q=susu"],
        "stock.new_item": [f"/stock/items/new{here}"],
    }
