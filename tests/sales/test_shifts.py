"""From an open drawer to a closed one: what should be there, what was counted, and who agrees to a difference."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx

from tatausaha.core import db
from tatausaha.sales.rules.drawer import Taken, compare
from tests.make import Office, agree, make_client, make_item, make_place, make_stock

DAY = date(2026, 11, 20)


def test_the_drawer_is_short_by_what_is_missing_from_opening_and_sales() -> None:
    found = compare(500_000, [Taken("cash", 1_250_000, 0)], {"cash": 1_745_000})
    assert [(one.expected, one.difference) for one in found] == [(1_750_000, -5_000)]
    found = compare(0, [Taken("cash", 100, -30), Taken("qris", 50, 0)], {"cash": 70, "voucher": 5})
    assert [(one.method, one.difference) for one in found] == [("cash", 0), ("qris", -50), ("voucher", 5)]


async def furnish(office: Office) -> tuple[UUID, UUID]:
    async with office.scope():
        place, item = await make_place(office.client_id), await make_item(office.client_id, "KOPI", "Kopi Bubuk")
        await make_stock(place, item, 1_000_000, 8_000_000)
    return place, item


async def opened(office: Office, place: UUID, **typed: str) -> str:
    form = {"place_id": str(place), "day": "20/11/2026", "number": "1", "opening_cash": "500.000", **typed}
    answer = await office.worker.post("/sales/shifts", form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def sell(office: Office, shift: str, quantity: str, amount: str, **typed: str) -> httpx.Response:
    rows = {"item.0": "kopi", "quantity.0": quantity, "amount.0": amount}
    return await office.worker.post(f"{shift}/lines", {"method": "cash", **rows, **typed})


async def count(office: Office, shift: str, cash: str, reason: str = "", **typed: str) -> httpx.Response:
    form = {"opening_cash": "500.000", "counted.cash": cash, "reason": reason, **typed}
    return await office.worker.post(f"{shift}/count", form)


async def state(office: Office, shift: str) -> tuple[Any, ...]:
    async with office.scope():
        (found,) = await db.records(
            "select s.state, s.difference, m.expected, m.sales, m.late, m.late_lines from shift s"
            " left join shift_method m on m.shift_id = s.id and m.method = 'cash' where s.id = $1",
            UUID(shift.rsplit("/", 1)[-1]),
        )
    return tuple(found)


async def test_a_shift_that_is_short_needs_a_reason_and_a_second_person_and_late_sales_stand_apart(
    office: Office,
) -> None:
    place, _ = await furnish(office)
    shift = await opened(office, place)
    assert await opened(office, place) == shift
    assert (await sell(office, shift, "125", "1.250.000")).status_code == 303
    assert "1.750.000" in (await office.worker.get(f"{shift}/count")).text
    refused = await count(office, shift, "1.745.000")
    assert refused.status_code == 422
    assert "-5000" in refused.text
    assert (await state(office, shift))[0] == "open"

    assert (await count(office, shift, "1.745.000", "Uang kembali salah")).status_code == 303
    assert (await state(office, shift))[:3] == ("waiting", -5_000, 1_750_000)
    late = await sell(office, shift, "1", "10.000", receipt="TELAT-1")
    assert late.status_code == 303
    assert await agree(office) == ["shift.close"]
    assert await state(office, shift) == ("closed", -5_000, 1_750_000, 1_250_000, 10_000, 1)

    shown = await office.worker.get(shift)
    assert "TELAT-1" in shown.text
    assert "/seen" in shown.text
    apart = await office.worker.get(f"{shift}?late=1")
    assert apart.text.count("data-label") < shown.text.count("data-label")
    assert 'name="lines" value="1"' in shown.text
    # What comes after the page was shown is not looked at yet.
    assert (await sell(office, shift, "1", "10.000", receipt="TELAT-2")).status_code == 303
    assert (await office.worker.post(f"{shift}/seen", {"lines": "1"})).status_code == 303
    assert "/seen" in (await office.worker.get(shift)).text
    assert (await office.worker.post(f"{shift}/seen", {"lines": "2"})).status_code == 303
    assert "/seen" not in (await office.worker.get(shift)).text
    assert (await count(office, shift, "1.760.000")).status_code == 409
    listed = await office.worker.get(f"/sales?client={office.client_id}&state=closed&place={place}")
    assert shift in listed.text
    assert shift not in (await office.worker.get("/sales?state=open")).text


async def test_a_refused_difference_is_counted_again_with_what_came_meanwhile(office: Office) -> None:
    place, _ = await furnish(office)
    shift = await opened(office, place)
    await sell(office, shift, "10", "100.000")
    for person, verb in ((office.worker, "withdraw"), (office.manager, "reject")):
        await count(office, shift, "590.000", "Kurang")
        await sell(office, shift, "1", "10.000", receipt="R-2")
        async with office.scope():
            change = await db.value("select id from change_request where kind = 'shift.close' and state = 'pending'")
        said = await person.post(f"/changes/{change}/{verb}", {"comment": "Hitung lagi"})
        assert said.status_code == 303, said.text
        assert (await state(office, shift))[0] == "counted"
    assert (await count(office, shift, "610.000")).status_code == 303
    assert await state(office, shift) == ("closed", 0, 610_000, 110_000, 0, 0)


async def test_what_is_missing_is_not_hidden_in_another_opening_cash(office: Office) -> None:
    place, _ = await furnish(office)
    shift = await opened(office, place)
    await sell(office, shift, "10", "100.000")
    less = {"opening_cash": "400.000"}
    refused = await count(office, shift, "500.000", **less)
    assert refused.status_code == 422
    assert "-100000" in refused.text
    for again in range(2):
        assert (await count(office, shift, "500.000", "Salah ketik", **less)).status_code == 303, again
        assert (await state(office, shift))[:3] == ("waiting", 0, 500_000)
    assert "400.000" in (await office.manager.get("/changes")).text + (await office.manager.get(shift)).text
    assert await agree(office) == ["shift.close"]
    async with office.scope():
        assert await db.value("select opening_cash from shift where state = 'closed'") == 400_000


async def test_what_is_typed_twice_is_booked_once_and_wrong_rows_are_named(office: Office) -> None:
    place, item = await furnish(office)
    shift = await opened(office, place)
    assert (await sell(office, shift, "2,5", "25.000")).status_code == 303
    assert (await sell(office, shift, "2,5", "25.000")).status_code == 303
    other = await sell(office, shift, "3", "30.000")
    assert other.status_code == 422
    assert 'id="quantity.0-error"' in other.text
    wrong = await sell(office, shift, "0", "", **{"item.1": "tidak ada", "quantity.1": "1"})
    assert wrong.status_code == 422
    assert 'id="item.1-error"' in wrong.text
    assert (await sell(office, shift, "1", "10.000", kind="refund", receipt="R")).status_code == 303
    async with office.scope():
        sold = await db.records("select quantity, amount, refunds from sale_day where item_id = $1", item)
    assert [tuple(one) for one in sold] == [(1_500, 15_000, -10_000)]


async def test_a_shift_of_another_client_does_not_exist_and_tills_keep_their_code(office: Office) -> None:
    async with office.scope():
        foreign = await make_place(await make_client())
    refused = await office.worker.post("/sales/shifts", {"place_id": str(foreign), "day": "20/11/2026"})
    assert refused.status_code == 422
    place, _ = await furnish(office)
    made = await office.worker.post("/sales/tills", {"place_id": str(place), "code": " k1 ", "name": "Depan"})
    assert made.status_code == 303, made.text
    assert (await office.worker.post("/sales/tills", {"place_id": str(place), "code": "K1"})).status_code == 422
    shift = await opened(office, place, till="k1")
    assert "K1" in (await office.worker.get(shift)).text
    tills = (await office.worker.get("/sales/tills")).text
    till = tills.split('href="/sales/tills/')[2].split('"')[0]
    saved = await office.worker.post(f"/sales/tills/{till}", {"version": "1", "name": "Belakang"})
    assert saved.status_code == 303
    stale = await office.worker.post(f"/sales/tills/{till}", {"version": "1", "name": "Samping"})
    assert stale.status_code == 409
    assert "Belakang" in (await office.worker.get(f"/sales/tills/{till}")).text
