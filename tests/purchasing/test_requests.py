"""From what runs out, or what a department wants, to an order at each supplier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.purchasing.rules.suggest import Need, Pack, packed, suggest
from tests.make import Office, agree, make_item, make_place, make_stock, make_supplier
from tests.purchasing.test_orders import line

BOX = Pack("dus", 12_000, 2_000, 4_000)


def test_an_order_fills_up_to_the_delivery_and_the_days_after_it_in_whole_packs() -> None:
    need = Need(quantity=20_000, on_order=0, minimum=10_000, reorder_quantity=0, out_90=180_000, lead_days=7)
    found = suggest(need, BOX, 14)
    assert found is not None
    # 10 + 2 a day for 7 and 14 days = 52; 20 are there; 32 are 2.67 boxes, and the least order is four.
    assert (found.target, found.wanted, found.quantity, found.out_days) == (52_000, 32_000, 4_000, 10)
    more = suggest(need, BOX, 60)
    assert more is not None
    # 144 − 20 = 124 pieces are 10.33 boxes, ordered by twos.
    assert more.quantity == 12_000


@pytest.mark.parametrize("on_order", [4_000, 100_000])
def test_nothing_is_suggested_while_there_is_enough_until_a_delivery(on_order: int) -> None:
    need = Need(quantity=20_000, on_order=on_order, minimum=10_000, reorder_quantity=0, out_90=180_000, lead_days=7)

    assert suggest(need, BOX, 14) is None


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(1, 10**5), st.integers(0, 10**6))
def test_an_order_never_falls_short_and_is_whole_packs(wanted: int, factor: int, pack: int, minimum: int) -> None:
    quantity = packed(wanted, Pack("dus", factor, pack, minimum))

    assert quantity * factor >= wanted * 1000
    assert quantity % pack == 0
    assert quantity >= minimum


async def test_what_runs_out_becomes_an_order_at_each_supplier(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id, "Toko Dago")
        north, south = [await make_supplier(office.client_id, name) for name in ("PT Utara", "PT Selatan")]
        for code in ("KOPI", "GULA", "TEH"):
            item = await make_item(office.client_id, code, code.title())
            await make_stock(place, item, 3_000, 30_000)
            await db.execute("update stock_level set minimum = 10000, out_90 = 90000 where item_id = $1", item)
    for code, supplier, price in (("KOPI", north, "90.000"), ("GULA", south, "15.000")):
        day = {"item": code, "price": price, "starts_on": "01/01/2026"}
        assert (await office.worker.post(f"/purchasing/suppliers/{supplier}/prices", day)).status_code == 303

    page = (await office.worker.get(f"/purchasing/suggestions?client={office.client_id}&place={place}")).text
    assert page.index("Gula") < page.index("Kopi") < page.index("Teh")
    # 10 + 1 a day for 7 and 14 days, less the 3 that are there.
    assert page.count('value="28"') == 3

    chosen = {"client": str(office.client_id), "place": str(place), "days": "14"}
    rows = line(0, "GULA", "28", "pcs") | line(1, "KOPI", "30", "pcs")
    rows = {name: value for name, value in rows.items() if value}
    assert (await office.worker.post("/purchasing/suggestions", chosen | {"into": "orders"})).status_code == 422
    nobody = await office.worker.post("/purchasing/suggestions", chosen | {"into": "orders"} | line(2, "TEH", "1"))
    assert nobody.status_code == 409
    made = await office.worker.post("/purchasing/suggestions", chosen | {"into": "orders"} | rows)
    assert made.status_code == 303, made.text
    async with office.scope():
        drafts = await db.records("select state, total from purchase_order order by total")
    assert [tuple(one) for one in drafts] == [("draft", 420_000), ("draft", 2_700_000)]


async def test_a_request_is_approved_and_becomes_orders(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id, "PT Kertas")
        await make_item(office.client_id, "A4", "Kertas A4", kind="supply", unit="rim")
    day = {"item": "A4", "price": "50.000", "starts_on": "01/01/2026"}
    await office.worker.post(f"/purchasing/suppliers/{supplier}/prices", day)
    head = {"client_id": str(office.client_id), "place_id": str(place), "department": "Keuangan", "reason": "Habis"}
    made = await office.worker.post("/purchasing/requests", head | line_of("A4", "10"))
    assert made.status_code == 303, made.text
    wish = made.headers["location"]

    await office.worker.post(f"{wish}/submit")
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending' and amount = 500000")
    await office.manager.post(f"/changes/{change}/reject", {"comment": "Terlalu banyak"})
    assert "Terlalu banyak" in (await office.worker.get(wish)).text
    head.pop("client_id")
    changed = head | {"version": version_in((await office.worker.get(f"{wish}/edit")).text)} | line_of("A4", "5")
    assert (await office.worker.post(wish, changed)).status_code == 303
    assert (await office.worker.post(f"{wish}/order")).status_code == 409
    await office.worker.post(f"{wish}/submit")
    assert await agree(office) == ["purchase_request.approve"]
    assert (await office.worker.post(f"{wish}/order")).status_code == 303
    assert (await office.worker.post(f"{wish}/order")).status_code == 409

    async with office.scope():
        orders = await db.records("select state, total, supplier_id from purchase_order where request_id is not null")
    assert [tuple(one) for one in orders] == [("draft", 250_000, supplier)]
    page = (await office.worker.get(wish)).text
    assert "PT Kertas" in page
    assert "Rp 250.000" in page


def line_of(item: str, quantity: str) -> dict[str, str]:
    return {"item-0": item, "quantity-0": quantity}


def version_in(page: str) -> str:
    return page.split('name="version" value="')[1].split('"', maxsplit=1)[0]
