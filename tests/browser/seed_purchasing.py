"""Suppliers, requests and orders in every state that has a page of its own look."""

from uuid import UUID

from tatausaha.core import db
from tests.make import Office, drain, make_item, make_place, make_stock, make_supplier
from tests.purchasing.test_suppliers import SHEET, bring

Seeded = tuple[dict[str, str], dict[str, list[str]]]


async def seed_purchasing(office: Office, empty: UUID) -> Seeded:
    """The ids and the further addresses; `empty` is a client without anything."""
    async with office.scope():
        place = await make_place(office.client_id, "Toko Dago", address="Jl. Ir. H. Juanda 12, Bandung")
        supplier = await make_supplier(
            *(office.client_id, "PT Kopi Nusantara"),
            **{"contact": "Budi Santoso", "email": "", "address": "Jl. Braga 1\nBandung", "pkp": True},
            **{"npwp": "0123456789012345", "bank": "BCA", "bank_account": "1234567890"},
        )
        for code, name in (("KOPI-1", "Kopi Gayo 1 kg"), ("KOPI-2", "Kopi Toraja 250 g")):
            item = await make_item(office.client_id, code, name)
            await make_stock(place, item, 3_000, 90_000)
            await db.execute("update stock_level set minimum = 10000, out_90 = 90000 where item_id = $1", item)
            await db.execute(
                "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, 'dus', 12000)",
                *(office.client_id, item),
            )
    pages = f"/purchasing/suppliers/{supplier}"
    for code, price, least in (("KOPI-1", "1.440.000", ""), ("KOPI-1", "1.380.000", "10"), ("KOPI-2", "480.000", "")):
        typed = {"item": code, "price": price, "unit": "dus", "minimum_quantity": least, "starts_on": "01/01/2026"}
        assert (await office.worker.post(f"{pages}/prices", typed)).status_code == 303
    orders = [await make_order(office, supplier, place) for _ in range(4)]
    requests = [await make_request(office, place, department) for department in ("Dapur", "Toko", "Gudang")]
    for page in (*orders[1:], *requests[1:]):
        await office.worker.post(f"{page}/submit")
    await decide(office, [orders[2], orders[3], requests[1]], "approve")
    await decide(office, [requests[2]], "reject")
    changed = {"place_id": str(place), "version": "3", "item-0": "KOPI-1", "quantity-0": "3", "unit-0": "dus"}
    assert (await office.worker.post(orders[2], changed | {"reason": "Lebih sedikit"})).status_code == 303
    await decide(office, [orders[2]], "approve")
    await office.worker.post(f"{orders[3]}/cancel", {"reason": "Terlalu mahal"})
    await office.worker.post(f"{requests[1]}/order")
    await bring(office, SHEET, confirm=False)
    await drain(office.tenant_id)
    async with office.scope():
        imported = await db.value("select id from import_file where kind = 'suppliers'")
    chosen = f"?client={office.client_id}"
    ids = {
        "supplier_id": str(supplier),
        "purchase_request_id": requests[0].rsplit("/", 1)[1],
        "supplier_import_id": str(imported),
    }
    return ids, {
        "purchasing.suppliers": [f"/purchasing/suppliers{chosen}", f"/purchasing/suppliers?client={empty}"],
        "purchasing.orders": [f"/purchasing/orders{chosen}", f"/purchasing/orders?client={empty}"],
        "purchasing.order": orders,
        "purchasing.edit_order": [f"{orders[0]}/edit", f"{orders[2]}/edit"],
        "purchasing.new_order": [
            f"/purchasing/orders/new?supplier={supplier}",
            f"/purchasing/orders/new?client={empty}",
        ],
        "purchasing.requests": [f"/purchasing/requests?client={empty}"],
        "purchasing.request": requests,
        "purchasing.new_request": [f"/purchasing/requests/new{chosen}"],
        "purchasing.suggestions": [
            f"/purchasing/suggestions{chosen}&place={place}",
            f"/purchasing/suggestions?client={empty}",
        ],
        "purchasing.import": [f"/purchasing/suppliers/import{chosen}"],
    }


async def make_order(office: Office, supplier: UUID, place: UUID) -> str:
    """A draft of two lines; gives its page."""
    head = {"client_id": str(office.client_id), "supplier_id": str(supplier), "place_id": str(place)}
    lines = {"item-0": "KOPI-1", "quantity-0": "2", "unit-0": "dus", "discount-0": "2,5"}
    more = {"item-1": "KOPI-2", "quantity-1": "6", "unit-1": "dus", "expected_on": "24/12/2026", "note": "Pagi hari"}
    made = await office.worker.post("/purchasing/orders", head | lines | more)
    assert made.status_code == 303, made.text
    return made.headers["location"]


async def make_request(office: Office, place: UUID, department: str) -> str:
    """A draft of one line; gives its page."""
    head = {"client_id": str(office.client_id), "place_id": str(place), "department": department}
    made = await office.worker.post("/purchasing/requests", head | {"item-0": "KOPI-1", "quantity-0": "4"})
    assert made.status_code == 303, made.text
    return made.headers["location"]


async def decide(office: Office, subjects: list[str], verb: str) -> None:
    """Have the manager say yes or no to what waits about these pages."""
    for page in subjects:
        async with office.scope():
            change = await db.value(
                "select id from change_request where state = 'pending' and subject_id = $1", key_of(page)
            )
        answer = await office.manager.post(f"/changes/{change}/{verb}", {"comment": "Belum perlu"})
        assert answer.status_code == 303, answer.text


def key_of(page: str) -> UUID:
    return UUID(page.rsplit("/", 1)[1])
