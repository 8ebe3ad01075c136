"""One of everything that counts, supplies and lists have: for pages, and for those who try what is not theirs."""

from datetime import timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.people.rules import today
from tatausaha.stock.jobs import ExportWatched
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Entry
from tests.make import Office, drain, make_item, make_place, make_stock


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


async def seed_counts(office: Office, empty: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """For pages: counts and requests in each state, a sheet with bad rows, all lists with something on them."""
    client, worker = str(office.client_id), office.worker
    place, supplies = await _furnish_shop(office)
    opened = await _begin(office, place)
    sheet = b"Kode;Tempat;Jumlah\nMIE;T-A;11\nXX;T-A;1\nSUSU;T-B;-1\n"
    answer = await worker.post(f"{opened}/import", files={"file": ("hitungan.csv", sheet)})
    doubted, counted, waiting = [await _begin(office, place) for _ in range(3)]
    for count in (doubted, counted, waiting):
        await worker.post(f"{count}/scan", {"code": "MIE", "counted": "3"})
        await worker.post(f"{count}/finish", {"leave_out": "1"})
    for count in (counted, waiting):
        await worker.post(f"{count}/scan", {"code": "MIE", "counted": "3"})
        await worker.post(f"{count}/finish", {"leave_out": "1"})
    await worker.post(f"{waiting}/ask", {"reason": "Bungkus rusak, dibuang tanpa dicatat"})
    form = {"client": client, "place": str(place), "department": "Administrasi", "reason": "Laporan akhir tahun"}
    asked = [await worker.post("/stock/supplies", {**form, f"needed-{item}": "2"}) for item in supplies]
    ordered = await worker.post("/stock/export", {"list": "low", "client": client, "format": "csv"})
    await drain(office.tenant_id)
    async with office.scope():
        line = await db.value("select id from stock_count_line where count_id = $1 limit 1", UUID(_last(opened)))
        await _use_up(office.client_id, place, supplies[0])
    here = f"?client={client}"
    ids = {"count_id": _last(opened), "count_line_id": str(line), "count_sheet_id": _last(answer.headers["location"])}
    ids |= {
        "supply_request_id": _last(asked[0].headers["location"]),
        "list_file_id": _last(ordered.headers["location"]),
    }
    return ids, {
        "stock.low": [f"/stock/low{here}", f"/stock/low?client={empty}", f"/stock/low{here}&category=zzz"],
        "stock.expiring": [f"/stock/expiring{here}", f"/stock/expiring?client={empty}"],
        "stock.slow": [f"/stock/slow{here}", f"/stock/slow?client={empty}"],
        "stock.counts": [f"/stock/counts{here}", f"/stock/counts?client={empty}", "/stock/counts?state=cancelled"],
        "stock.new_count": [f"/stock/counts/new{here}"],
        "stock.count": [doubted, counted, waiting, f"{opened}?view=all"],
        "stock.supplies": [f"/stock/supplies{here}", f"/stock/supplies?client={empty}"],
        "stock.new_supply": [f"/stock/supplies/new{here}", f"/stock/supplies/new?client={empty}"],
        "stock.supply": [asked[1].headers["location"]],
        "stock.supply_costs": [f"/stock/supplies/costs{here}", f"/stock/supplies/costs?client={empty}"],
        "stock.value": [f"/stock/value{here}", f"/stock/value?client={empty}"],
    }


async def _furnish_shop(office: Office) -> tuple[UUID, list[UUID]]:
    """A shop with goods that run out, expire and lie still, and two kinds of supplies; gives the place and the supplies."""
    client, day = office.client_id, today()
    async with office.scope():
        place = await make_place(client, "Toko Kemang", code="T-A")
        noodles = await make_item(client, "MIE", "Mi Goreng Pedas Isi 5", category="Makanan")
        milk = await make_item(client, "SUSU", "Susu UHT Cokelat 1 L", category="Minuman", batched=True)
        soap = await make_item(client, "SBN", "Sabun Cair Lavender 450 ml", category="Rumah tangga")
        supplies = [
            await make_item(client, code, name, kind="supply", category="ATK")
            for code, name in (("HVS", "Kertas HVS A4 80 g"), ("TNT", "Tinta Printer Hitam"))
        ]
        for item, quantity, value in ((noodles, 12_000, 186_000), (soap, 90_000, 1_350_000)):
            await make_stock(place, item, quantity, value, day=day - timedelta(days=200))
        for item in supplies:
            await make_stock(place, item, 10_000, 550_000, day=day - timedelta(days=40))
        for number, days in (("A-1", -3), ("A-2", 0), ("B-7", 19)):
            await make_stock(place, milk, 8_500, 136_000, number=number, expires_on=day + timedelta(days=days))
        await db.execute(
            "update stock_level set minimum = 24000, reorder_quantity = 48000, out_90 = 40000 where item_id = any($1)",
            [noodles, supplies[1]],
        )
    return place, supplies


async def _use_up(client_id: UUID, place_id: UUID, item_id: UUID) -> None:
    """What three departments used up in two months."""
    for days, department in ((30, "Produksi"), (2, "Gudang dan Pengiriman"), (1, "Administrasi")):
        issue = Entry("issue", place_id, item_id, -1_500, today() - timedelta(days=days), department=department)
        await ledger.post(client_id, [issue])


async def _begin(office: Office, place: UUID) -> str:
    form = {"client": str(office.client_id), "scope": "place", "place": str(place), "blind": "1", "percent": "20"}
    return str((await office.worker.post("/stock/counts", form)).headers["location"])


def _last(address: str) -> str:
    return address.rsplit("/", 1)[-1]
