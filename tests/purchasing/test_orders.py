"""From a draft to a released order, a later version, and an order that is given up."""

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.people.rules import today
from tatausaha.purchasing.rules.totals import line_amount, still_to_come, totals
from tests.api import program_of
from tests.make import Office, agree, make_item, make_order, make_place, make_supplier


@pytest.mark.parametrize(
    ("subtotal", "base", "ppn"),
    [(12_000, 11_000, 1_320), (100_000, 91_667, 11_000), (1_000_000, 916_667, 110_000), (1, 1, 0), (0, 0, 0)],
)
def test_ppn_is_twelve_percent_of_eleven_twelfths(subtotal: int, base: int, ppn: int) -> None:
    foot = totals([subtotal], 12_000)

    assert (foot.base, foot.ppn, foot.total) == (base, ppn, subtotal + ppn)
    assert totals([subtotal], 0).total == subtotal


def test_a_line_is_quantity_times_price_less_its_discount() -> None:
    assert line_amount(2_500, 10_000) == 25_000
    assert line_amount(3_000, 9_999, 2_500) == 29_247  # 29,997 less 2.5 %


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6), st.integers(1, 50_000))
def test_however_goods_come_in_parts_nothing_is_left_to_come(parts: list[int], factor: int) -> None:
    assert still_to_come(sum(parts), sum(parts), factor) == 0
    assert still_to_come(sum(parts), 0, factor) >= still_to_come(sum(parts), parts[0], factor)


async def test_an_order_is_released_by_a_second_person_changed_as_a_new_version_and_given_up(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id, "Toko Dago")
        coffee = await make_item(office.client_id, "KOPI", "Kopi 1 kg")
        await db.execute(
            "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, 'dus', 12000)",
            *(office.client_id, coffee),
        )
        supplier = await make_supplier(office.client_id, "PT Kopi Jaya", pkp=True, terms_days=14)
    shop = office.worker
    day = {"item": "KOPI", "price": "120.000", "unit": "dus", "starts_on": "01/01/2026"}
    assert (await shop.post(f"/purchasing/suppliers/{supplier}/prices", day)).status_code == 303

    draft = await shop.post("/purchasing/orders", head(office, supplier, place) | line(0, "KOPI", "2,5", "dus"))
    assert draft.status_code == 303, draft.text
    order = draft.headers["location"]
    page = (await shop.get(order)).text
    # 2.5 boxes at 120,000, and PPN of 12 % on eleven twelfths.
    assert "Rp 300.000" in page
    assert "Rp 33.000" in page
    assert "Rp 333.000" in page
    assert (await shop.post(f"{order}/submit")).status_code == 303
    assert (await shop.post(f"{order}/submit")).status_code == 409
    assert await stand(office, order) == ("waiting", None, 1, 333_000)
    assert await on_order(office, coffee) == 0

    assert (await agree(office)) == ["purchase_order.release"]
    now = today()
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[now.month - 1]
    number = f"001/PO/{office.client_id.hex[-8:].upper()}/{roman}/{now.year}"
    assert await stand(office, order) == ("approved", number, 1, 333_000)
    assert await on_order(office, coffee) == 30_000

    form = typed((await shop.get(f"{order}/edit")).text)
    same = await shop.post(order, form | {"reason": "Salah"})
    assert same.status_code == 409
    changed = await shop.post(order, form | {"quantity-0": "1", "reason": "Lebih sedikit"})
    assert changed.status_code == 303, changed.text
    assert await stand(office, order) == ("approved", number, 1, 333_000)
    await agree(office)
    assert await stand(office, order) == ("approved", number, 2, 133_200)
    assert await on_order(office, coffee) == 12_000
    page = (await shop.get(order)).text
    assert "Lebih sedikit" in page
    assert "?version=1" in page

    paper = await shop.get(f"{order}/pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-type"] == "application/pdf"
    assert (await shop.get(f"{order}/pdf?version=1")).content != paper.content

    assert (await shop.post(f"{order}/cancel", {"reason": ""})).status_code == 422
    assert (await shop.post(f"{order}/cancel", {"reason": "Terlalu mahal"})).status_code == 303
    assert await stand(office, order) == ("cancelled", number, 2, 133_200)
    assert await on_order(office, coffee) == 0
    async with office.scope():
        assert await db.value("select void_reason from number_taken where number = $1", number) == "Terlalu mahal"


async def test_a_rejected_or_withdrawn_order_is_a_draft_again(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        await make_item(office.client_id, "GULA", "Gula")
    lines = line(0, "GULA", "10", price="15.000", discount="2,5") | line(7, "GULA", "1", price="0")
    made = await office.worker.post("/purchasing/orders", head(office, supplier, place) | lines)
    order = made.headers["location"]

    await office.worker.post(f"{order}/submit")
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")
    assert (await office.manager.post(f"/changes/{change}/reject", {"comment": "Belum perlu"})).status_code == 303
    assert await stand(office, order) == ("draft", None, 1, 146_250)
    await office.worker.post(f"{order}/submit")
    assert (await office.worker.post(f"{order}/take-back")).status_code == 303
    assert await stand(office, order) == ("draft", None, 1, 146_250)


async def test_what_cannot_be_ordered_is_told_at_its_line(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        await make_item(office.client_id, "GULA", "Gula")
    rows = (
        line(0, "TIDAK", "1", price="1")
        | line(1, "GULA", "1", "peti", price="1")
        | line(2, "GULA", "1")
        | line(3, "GULA", "0", price="1")
        | line(4, "GULA", "satu")
        | line(5, "GULA", "1", price="1", discount="101")
    )
    answer = await office.worker.post("/purchasing/orders", head(office, supplier, place) | rows)

    assert answer.status_code == 422
    # What cannot be read is told first, what does not fit after it.
    assert 'id="quantity-4-error"' in answer.text
    answer = await office.worker.post(
        "/purchasing/orders", head(office, supplier, place) | {k: v for k, v in rows.items() if not k.endswith("-4")}
    )
    for field in ("item-0", "unit-1", "price-2", "quantity-3", "discount-5"):
        assert f'id="{field}-error"' in answer.text, field
    much = line(0, "GULA", "900.000.000", price="9.000.000.000.000")
    assert (await office.worker.post("/purchasing/orders", head(office, supplier, place) | much)).status_code == 422


async def test_what_came_already_bounds_what_an_order_can_become(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        item = await make_item(office.client_id, "GULA", "Gula")
        order_id = await make_order(office.client_id, supplier, place, [(item, 10_000, 15_000)], "sent")
        await db.execute("update purchase_order_line set received = 4000 where order_id = $1", order_id)
        await db.execute(
            "insert into change_policy (kind, asks) values ('purchase_order.release', 'nobody')",
        )
    order = f"/purchasing/orders/{order_id}"
    form = typed((await office.worker.get(f"{order}/edit")).text) | {"reason": "Kurang"}

    assert (await office.worker.post(order, form | {"quantity-0": "3"})).status_code == 409
    assert (await office.worker.post(f"{order}/cancel", {"reason": "Batal"})).status_code == 409
    assert (await office.worker.post(order, form | {"quantity-0": "5"})).status_code == 303
    assert (await stand(office, order))[2] == 2


def head(office: Office, supplier: UUID, place: UUID) -> dict[str, str]:
    return {"client_id": str(office.client_id), "supplier_id": str(supplier), "place_id": str(place), "expected_on": ""}


def line(row: int, item: str, quantity: str, unit: str = "", price: str = "", discount: str = "") -> dict[str, str]:
    fields = {"item": item, "quantity": quantity, "unit": unit, "price": price, "discount": discount}
    return {f"{name}-{row}": value for name, value in fields.items()}


def typed(page: str) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    fields: dict[str, str] = {}
    form = page[page.index('<form class="form wide"') :]
    for tag in re.findall(r"<input[^>]*>", form[: form.index("</form>")]):
        found = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if "name" in found and found["name"] != "_csrf":
            fields[found["name"]] = found.get("value", "")
    return fields


async def stand(office: Office, order: str) -> tuple[Any, ...]:
    async with office.scope():
        found = await db.records(
            "select state, number, revision, total from purchase_order where id = $1", UUID(order.rsplit("/", 1)[1])
        )
    return tuple(found[0])


async def on_order(office: Office, item: UUID) -> int:
    async with office.scope():
        return await db.value("select coalesce(sum(on_order), 0)::bigint from stock_level where item_id = $1", item)


async def test_the_client_itself_releases_what_its_rules_reserve_to_it(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        coffee = await make_item(office.client_id, "KOPI", "Kopi 1 kg")
        await db.execute(
            "insert into change_policy (client_id, kind, asks, free_up_to) values ($1, 'purchase_order.release', 'client', $2)",
            *(office.client_id, 100_000),
        )
    small, large = [
        (
            await office.worker.post(
                "/purchasing/orders", head(office, supplier, place) | line(0, "KOPI", count, price="1.000")
            )
        ).headers["location"]
        for count in ("100", "101")
    ]
    for order in (small, large):
        assert (await office.worker.post(f"{order}/submit")).status_code == 303

    assert (await stand(office, small))[0] == "approved"
    assert (await stand(office, large))[0] == "waiting"
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")
    page = (await office.approver.get(f"/portal/changes/{change}")).text
    assert "Kopi 1 kg" in page
    assert "Rp 101.000" in page
    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 403
    assert await agree(office) == ["purchase_order.release"]
    state, number, *_ = await stand(office, large)
    assert (state, number[:3]) == ("approved", "002")
    assert await on_order(office, coffee) == 201_000


async def test_a_program_writes_an_order_and_reads_how_it_stands(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id, pkp=True)
        await make_item(office.client_id, "GULA", "Gula")
    program = await program_of(office, "worker")
    lines = [{"item": "GULA", "quantity": 2_500, "price": 12_000, "discount": 2_500}]
    wanted = {"supplier_id": str(supplier), "place_id": str(place), "lines": lines, "submit": True}
    made = await program.post("/api/v1/purchasing/orders", wanted, headers={"Idempotency-Key": "a1"})
    again = await program.post("/api/v1/purchasing/orders", wanted, headers={"Idempotency-Key": "a1"})
    assert (made.status_code, made.json()["state"]) == (201, "waiting"), made.text
    assert again.json() == made.json()

    order = (await program.get(f"/api/v1/purchasing/orders/{made.json()['id']}")).json()
    assert (order["subtotal"], order["ppn"], order["total"]) == (29_250, 3_218, 32_468)
    assert order["lines"][0]["discount"] == 2_500
    listed = (await program.get(f"/api/v1/purchasing/orders?client={office.client_id}&state=waiting")).json()
    assert [one["id"] for one in listed["items"]] == [order["id"]]
    found = (await program.get("/api/v1/purchasing/suppliers?q=sumber")).json()
    assert [one["id"] for one in found["items"]] == [str(supplier)]
    wrong = await program.post("/api/v1/purchasing/orders", wanted | {"lines": [{"item": "X", "quantity": 1}]})
    assert wrong.status_code == 422
    await program.http.aclose()
