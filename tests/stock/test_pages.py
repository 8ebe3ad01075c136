"""The pages of the ledger: written by hand, read on the card, explained, closed by month."""

import re
from datetime import date
from uuid import UUID

from litestar import Litestar

from tatausaha.core import audit_words, db
from tatausaha.stock.rules.sources import DOCUMENTS
from tests.make import Office, make_item, make_place, make_stock


async def _shop(office: Office) -> tuple[UUID, UUID, UUID]:
    async with office.scope():
        store, depot = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        rice = await make_item(office.client_id, "R1", "Beras", cost_method="fifo")
        await make_stock(depot, rice, 10_000, 100_000, day=date(2026, 9, 1))
        await make_stock(depot, rice, 10_000, 130_000, day=date(2026, 9, 2))
    return store, depot, rice


async def test_what_is_written_by_hand_stands_on_the_card_with_its_balance_and_can_be_explained(office: Office) -> None:
    _store, depot, rice = await _shop(office)
    typed = {"client_id": str(office.client_id), "place": str(depot), "item": "r1", "quantity": "12,5", "kind": "issue"}
    typed |= {"happened_on": "03/09/2026", "department": "Dapur"}
    for name in MOVE_FIELDS - set(typed):
        typed[name] = ""
    wrong = await office.worker.post("/stock/moves", {**typed, "quantity": "0"})
    assert (wrong.status_code, "error-summary" in wrong.text) == (422, True)
    booked = await office.worker.post("/stock/moves", typed)
    assert booked.status_code == 303, booked.text
    shown = await office.worker.get(booked.headers["location"])
    assert "−Rp 132.500" in shown.text or "-Rp 132.500" in shown.text

    card = (await office.worker.get(f"/stock/items/{rice}/card?place={depot}")).text
    assert re.findall(r'data-label="[^"]*">(7,5|20|10) pcs<', card) == ["7,5", "20", "10"], "after each, the last first"
    september = (await office.worker.get(f"/stock/items/{rice}/card?from=2026-09-02&to=2026-09-02")).text
    assert re.findall(r'data-label="[^"]*">(7,5|20|10) pcs<', september) == ["20", "10"], "and what lay there before"
    async with office.scope():
        key = await db.value("select id from stock_movement where kind = 'issue'")
    explained = (await office.worker.get(f"/stock/moves/cost/{key}")).text
    assert ("Rp 100.000" in explained, "Rp 32.500" in explained) == (True, True)
    listed = (await office.worker.get(f"/stock/moves?client={office.client_id}&kind=issue&from=2026-09-01")).text
    assert ("Dapur" in listed, listed.count('/card">')) == (True, 1)


MOVE_FIELDS = {
    *("unit", "value", "batch", "expires_on", "reason", "override", "other_item", "other_quantity"),
}


async def test_a_manager_closes_the_month_that_the_page_named_and_nobody_below_does(office: Office) -> None:
    _store, depot, _rice = await _shop(office)
    address = f"/stock/months/{office.client_id}/close"
    assert "2026-09" in (await office.manager.get(f"/stock/months?client={office.client_id}")).text
    assert (await office.worker.post(address, {"month": "2026-09"})).status_code == 404
    assert (await office.manager.post(address, {"month": "2026-10"})).status_code == 409, "September comes first"
    async with office.scope():
        await db.execute(
            "insert into shift (client_id, place_id, day) select client_id, id, $2 from place where id = $1",
            *(depot, date(2026, 9, 30)),
        )
    waits = await office.manager.post(address, {"month": "2026-09"})
    assert (waits.status_code, "1 " in waits.text) == (409, True), "a drawer of the month is still open"
    async with office.scope():
        await db.execute("update shift set day = day + 1")
    closed = await office.manager.post(address, {"month": "2026-09"})
    assert closed.status_code == 303, closed.text
    assert "Rp 230.000" in (await office.worker.get(closed.headers["location"])).text
    assert (await office.manager.post(address, {"month": "2026-09"})).status_code == 409


async def test_a_manager_chooses_the_rules_and_goods_travel_between_places(office: Office) -> None:
    store, depot, rice = await _shop(office)
    address = f"/stock/settings/{office.client_id}"
    assert (await office.worker.get(address)).status_code == 404
    saved = await office.manager.post(address, {"version": "0", "negative": "flag", "slow_days": "45"})
    assert saved.status_code == 303
    stale = await office.manager.post(address, {"version": "0", "negative": "refuse", "slow_days": "45"})
    assert stale.status_code == 422
    moved = await office.worker.post(
        "/stock/moves/transfer",
        {
            **{"client_id": str(office.client_id), "origin": str(depot), "target": str(store), "lines": "R1 25"},
            **{"happened_on": "2026-09-05", "reason": "", "override": ""},
        },
    )
    assert moved.status_code == 303, moved.text
    async with office.scope():
        levels = await db.records("select place_id, quantity, value from stock_level where item_id = $1", rice)
    assert {record["place_id"]: (record["quantity"], record["value"]) for record in levels} == {
        depot: (-5_000, -65_000),
        store: (25_000, 295_000),
    }


def test_every_document_that_moves_goods_has_a_page_and_words_in_the_access_log(app: Litestar) -> None:
    pages = {re.sub(r"{\w+:uuid}", "{id}", route.path) for route in app.routes}
    assert {address for _, address in DOCUMENTS.values()} - pages == set()
    assert set(DOCUMENTS) - set(audit_words.KINDS) == set()
