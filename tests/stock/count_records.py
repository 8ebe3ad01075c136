"""One of everything that counts, supplies and lists have: for pages, and for those who try what is not theirs."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.stock.jobs import ExportWatched
from tests.make import make_item, make_place, make_stock


async def fill_counts(client_id: UUID, word: str) -> dict[str, UUID]:
    """A count with a line and a sheet, a request for supplies, a list in a file; every text bears `word`."""
    ids = {f"{name}_id": uuid7() for name in ("count", "count_line", "count_sheet", "supply_request", "list_file")}
    place_id = await make_place(client_id, name=f"{word} 2")
    item_id = await make_item(client_id, "ATK-1", name=word, category=word, kind="supply")
    await make_stock(place_id, item_id, 5_000, 40_000)
    await db.execute("update stock_level set minimum = 9000 where item_id = $1", item_id)
    await db.execute(
        "insert into stock_count (id, client_id, scope, place_id, category, made_name) values ($1, $2, 'place', $3, $4, $4)",
        *(ids["count_id"], client_id, place_id, word),
    )
    await db.execute(
        "insert into stock_count_line (id, client_id, count_id, place_id, item_id) values ($1, $2, $3, $4, $5)",
        *(ids["count_line_id"], client_id, ids["count_id"], place_id, item_id),
    )
    await db.execute(
        "insert into import_file (id, client_id, kind, subject_id, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'count', $3, $4, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["count_sheet_id"], client_id, ids["count_id"], word),
    )
    await db.execute(
        "insert into supply_request (id, client_id, place_id, department, asked_name, state)"
        " values ($1, $2, $3, $4, $4, 'approved')",
        *(ids["supply_request_id"], client_id, place_id, word),
    )
    await db.execute(
        "insert into supply_request_line (client_id, request_id, item_id, quantity) values ($1, $2, $3, 2000)",
        *(client_id, ids["supply_request_id"], item_id),
    )
    await db.execute(
        "insert into job (client_id, kind, queue, payload, title, unit, once_key, state)"
        " values ($1, $2, 'documents', '{}', $3, $3, $4, 'done')",
        *(client_id, ExportWatched.kind, {"msgid": word, "params": {}}, str(ids["list_file_id"])),
    )
    return ids
