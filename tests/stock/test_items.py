"""Items and places: entered, found, changed, put away, by people and by programs."""

import re
from io import BytesIO

import openpyxl
from httpx import Response

from tatausaha.core import db
from tests.api import program_of
from tests.make import Office, Person, drain, make_item, make_place, make_stock

ITEM = {
    "code": "BRS-5",
    "name": "Beras Pandan 5 kg",
    "category": "Sembako",
    "unit": "sak",
    "kind": "goods",
    "cost_method": "fifo",
    "warn_days": "20",
    "sale_price": "78.000",
}


async def entered(office: Office, **changes: str) -> str:
    """The address of a new item."""
    answer = await office.worker.post("/stock/items", {"client_id": str(office.client_id), **ITEM, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def text_of(person: Person, path: str) -> str:
    answer = await person.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def said(answer: Response) -> str:
    """A refused form's page as one line."""
    assert answer.status_code == 422, answer.text
    return re.sub(r"\s+", " ", answer.text)


async def test_an_item_is_entered_with_barcode_and_box_and_found_by_each_of_its_names(office: Office) -> None:
    address = await entered(office, barcode="8991234567891")
    clash = await office.worker.post("/stock/items", {"client_id": str(office.client_id), **ITEM})
    assert "Beras Pandan 5 kg sudah" in said(clash) or "has this code already" in said(clash)
    wrong = await office.worker.post(f"{address}/barcodes", {"barcode": "8991234567890", "of_unit": ""})
    assert 'id="barcode-error"' in said(wrong)
    assert (await office.worker.post(f"{address}/units", {"unit": "dus", "holds": "12,5"})).status_code == 303
    assert (await office.worker.post(f"{address}/barcodes", {"barcode": "DUS1", "of_unit": "dus"})).status_code == 303
    page = await text_of(office.worker, address)
    assert "8991234567891" in page
    assert "DUS1" in page
    async with office.scope():
        assert await db.value("select factor from item_unit where unit = 'dus'") == 12_500
        place = await make_place(office.client_id)
        await make_stock(place, await db.value("select id from item where code = 'BRS-5'"), 7_000, 490_000)
    for q in ("beras pan", "pandan", "brs", "8991234567891", "DUS1"):
        found = await text_of(office.worker, f"/stock?client={office.client_id}&q={q}")
        assert address in found, q
        assert "490" in found
    assert address not in await text_of(office.worker, f"/stock?client={office.client_id}&q=eras")
    again = await office.worker.post(f"{address}", {**ITEM, "version": "1", "unit": "kg", "cost_method": "average"})
    assert 'id="unit-error"' in said(again)
    assert 'id="cost_method-error"' in said(again)
    stock = await office.worker.post(f"{address}/archive")
    assert stock.status_code == 409, "what is there cannot be put away"


async def test_two_who_change_an_item_at_once_see_each_other(office: Office) -> None:
    address = await entered(office)
    first = await office.worker.post(address, {**ITEM, "version": "1", "name": "Beras Merah"})
    assert first.status_code == 303
    second = await office.manager.post(address, {**ITEM, "version": "1", "name": "Beras Hitam"})
    assert "Beras Merah" in said(second)
    assert 'value="Beras Hitam"' in said(second)
    assert (await office.worker.post(f"{address}/archive")).status_code == 303
    assert address not in await text_of(office.worker, f"/stock?client={office.client_id}")
    assert address in await text_of(office.worker, f"/stock?client={office.client_id}&state=archived")
    assert (await office.worker.post(f"{address}/restore")).status_code == 303


async def test_an_item_is_low_by_the_minimum_of_its_place_and_lists_filter_by_it(office: Office) -> None:
    address = await entered(office)
    other = await entered(office, code="GLA-1", name="Gula Pasir", category="Gula")
    made = {"client_id": str(office.client_id), "code": "G1", "name": "Gudang Timur", "kind": "warehouse"}
    assert (await office.worker.post("/stock/places", made)).status_code == 303
    async with office.scope():
        place = await db.value("select id from place where code = 'G1'")
        await make_stock(place, await db.value("select id from item where code = 'BRS-5'"), 9_000, 630_000)
    limits = {"place": str(place), "minimum": "10", "reorder_quantity": "24"}
    assert (await office.worker.post(f"{address}/limits", limits)).status_code == 303
    wrong = await office.worker.post(f"{address}/limits", {**limits, "minimum": "banyak"})
    assert 'id="minimum-error"' in said(wrong)
    base = f"/stock?client={office.client_id}"
    for query, shown, hidden in (
        ("&state=low", address, other),
        (f"&place={place}", address, other),
        ("&category=Gula", other, address),
    ):
        page = await text_of(office.worker, base + query)
        assert shown in page
        assert hidden not in page
    assert (await office.worker.post(f"/stock/places/{place}/archive")).status_code == 409
    moved = {"code": "G1", "name": "Gudang Barat", "kind": "warehouse", "version": "1", "address": ""}
    assert (await office.worker.post(f"/stock/places/{place}", moved)).status_code == 303
    assert "Gudang Barat" in await text_of(office.worker, f"/stock/places?client={office.client_id}")
    stale = await office.worker.post(f"/stock/places/{place}", {**moved, "name": "Gudang Utara"})
    assert "Gudang Barat" in said(stale)


async def test_a_list_is_walked_page_by_page_and_leaves_as_a_file(office: Office) -> None:
    async with office.scope():
        for number in range(53):
            await make_item(office.client_id, f"K{number:03}", name=f"Kopi {number:03}")
    base = f"/stock?client={office.client_id}"
    first = await text_of(office.worker, base)
    following = re.search(r'id="page-next"[^>]*href="([^"]+)"', first)
    assert following is not None
    second = await text_of(office.worker, following[1].replace("&amp;", "&"))
    assert "Kopi 049" in first
    assert "Kopi 050" in second
    assert "Kopi 052" in second
    form = {"client": str(office.client_id), "format": "xlsx", "q": "kopi 00", "category": "", "place": "", "state": ""}
    answer = await office.worker.post("/stock/items/export", form)
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    page = await text_of(office.worker, answer.headers["location"])
    file = await office.worker.get(re.search(r"/documents/[0-9a-f-]+", page)[0])  # type: ignore[index]
    sheet = openpyxl.load_workbook(BytesIO(file.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 11
    assert rows[1][:2] == ("K000", "Kopi 000")


async def test_programs_enter_and_change_items_once_and_with_exact_types(office: Office) -> None:
    program = await program_of(office, "worker")
    body = {"client_id": str(office.client_id), "code": "T-1", "name": "Teh", "sale_price": 5000}
    key = {"Idempotency-Key": "teh"}
    made = await program.post("/api/v1/items", body, headers=key)
    assert made.status_code == 201, made.text
    assert (await program.post("/api/v1/items", body, headers=key)).json() == made.json()
    assert (await program.post("/api/v1/items", body)).status_code == 422
    address = f"/api/v1/items/{made.json()['id']}"
    changed = await program.http.patch(address, json={"version": 1, "sale_price": 5500})
    assert changed.status_code == 200, changed.text
    assert changed.json()["sale_price"] == 5500
    assert (await program.http.patch(address, json={"version": 1, "sale_price": 1})).status_code == 409
    listed = (await program.get(f"/api/v1/items?client={office.client_id}&q=te")).json()
    assert [(one["code"], one["quantity"]) for one in listed["items"]] == [("T-1", 0)]
