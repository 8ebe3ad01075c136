"""The demo's shop, lived through by the product's own services, once however often the demo starts."""

from tatausaha.core import db
from tatausaha.demo import shop
from tests.demo.test_past import team_of
from tests.make import Office, drain


async def test_the_shop_of_the_demo_stands_whole_and_a_second_start_leaves_it_alone(office: Office) -> None:
    team = team_of(office)
    await shop.live_through(team, weeks=2)
    await shop.live_through(team, weeks=2)
    await drain(office.tenant_id)

    async with office.scope():
        drift = await db.value(
            "select count(*) from stock_level l join (select item_id, place_id, sum(quantity) as quantity, sum(value) as value"
            " from stock_movement group by 1, 2) m using (item_id, place_id)"
            " where (l.quantity, l.value) <> (m.quantity, m.value)"
        )
        orders = await db.records("select state, count(*)::int as n from purchase_order group by 1 order by 1")
        bills = await db.records("select state from supplier_bill order by 1")
        waiting = await db.records("select distinct kind from change_request where state = 'pending' order by 1")
        sold = await db.value("select count(*) from sale_line")
        places = await db.value("select count(*) from place")
    assert (drift, places) == (0, 3)
    assert sold > 500
    assert {row["state"]: row["n"] for row in orders}.keys() >= {"waiting"}
    assert [row["state"] for row in bills] == ["approved", "held"]
    assert {row["kind"] for row in waiting} >= {"purchase_order.release", "shift.close"}
