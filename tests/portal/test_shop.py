"""The client's shop in its portal: figures, orders that wait for its word, reports to read and to take away."""

from datetime import timedelta
from uuid import UUID

import pytest

from tatausaha.core import db
from tatausaha.core.change_requests import list_pending
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.service import approving
from tatausaha.purchasing.service.content import version_of
from tatausaha.reports.shop import files
from tests.make import Office, drain, make_order, make_supplier
from tests.reports.months import pdf_text
from tests.reports.shop import Shop, make_shop

PAGES = ("/portal/shop", "/portal/stock", "/portal/sales", "/portal/orders", "/portal/reports")


@pytest.fixture
async def shop(office: Office) -> Shop:
    async with office.scope():
        made = await make_shop(office.client_id)
        # Whatever day the tests run on, the month holds its sales.
        first = made.today.replace(day=1)
        await db.execute(
            "update sale_day set sold_on = $1 where sold_on < $1 and sold_on = $2", first, made.today - timedelta(2)
        )
        return made


async def waiting_order(office: Office, shop: Shop) -> tuple[UUID, UUID]:
    """An order that asks for the client's consent; gives its id and the change's."""
    async with office.scope():
        await db.execute(
            "insert into change_policy (client_id, kind, asks) values ($1, $2, 'client')",
            *(office.client_id, approving.RELEASE),
        )
        supplier_id = await make_supplier(office.client_id, "PT Tepung")
        order_id = await make_order(
            office.client_id, supplier_id, shop.place_id, [(shop.rice_id, 12_500, 9_000)], "waiting"
        )
        order = await orders.get_order(order_id)
        said = version_of("Toko Utama", shop.today, 0, "Pagi hari", await orders.list_lines(order_id))
        await approving.propose(order, said)
        return order_id, (await list_pending(order_id))[0].id


async def test_the_owner_sees_sales_stock_and_orders_on_a_phone_and_each_opens_whole(
    office: Office, shop: Shop
) -> None:
    pages = {path: await office.viewer.get(path) for path in PAGES}

    assert {path: one.status_code for path, one in pages.items()} == dict.fromkeys(PAGES, 200)
    assert "Rp 1.052.000" in pages["/portal/shop"].text
    assert "Beras" in pages["/portal/stock"].text
    assert "L1" in pages["/portal/stock"].text
    assert "CV Sumber Pangan" in pages["/portal/orders"].text
    assert "/portal/reports/margin" in pages["/portal/reports"].text
    sold = await office.viewer.get(f"/portal/reports/margin?by=item&{shop.span}")
    assert ">50.000</td>" in sold.text
    assert ">20,0\u202f%</td>" in sold.text


async def test_an_order_that_waits_reads_well_and_only_the_approver_decides(office: Office, shop: Shop) -> None:
    order_id, change_id = await waiting_order(office, shop)

    shown = await office.viewer.get(f"/portal/changes/{change_id}")
    paper = await office.viewer.get(f"/portal/orders/{order_id}/pdf")
    refused = await office.viewer.post(f"/portal/changes/{change_id}/approve")
    listed = (await office.approver.get("/portal/orders")).text

    for said in ("12,5 ", "Rp 9.000", "Rp 112.500", "Toko Utama", "Pagi hari"):
        assert said in shown.text
    assert "112.500" in pdf_text(paper.content)
    assert refused.status_code == 404
    assert f"/portal/changes/{change_id}" in listed
    assert (await office.approver.post(f"/portal/changes/{change_id}/approve")).status_code == 303
    done = await office.viewer.get(f"/portal/orders/{order_id}")
    assert "/PO/" in done.text
    assert f"/portal/changes/{change_id}" not in done.text


async def test_what_is_still_being_written_is_not_the_clients_to_see(office: Office, shop: Shop) -> None:
    async with office.scope():
        supplier_id = await make_supplier(office.client_id, "PT Rahasia Dapur")
        lines = [(shop.rice_id, 1_000, 9_000)]
        drafts = [
            await make_order(office.client_id, supplier_id, shop.place_id, lines, state)
            for state in ("draft", "waiting")
        ]

    assert "PT Rahasia Dapur" not in (await office.approver.get("/portal/orders")).text
    for order_id in drafts:
        assert (await office.approver.get(f"/portal/orders/{order_id}")).status_code == 404
        assert (await office.approver.get(f"/portal/orders/{order_id}/pdf")).status_code == 404


async def test_a_file_made_for_the_client_is_the_clients(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = await office.viewer.post("/portal/reports/stock-value/files", {"format": "csv"})
    monkeypatch.setattr(files, "AT_ONCE", dict.fromkeys(files.AT_ONCE, 1))
    ordered = await office.viewer.post("/portal/reports/stock-value/files", {"format": "csv"})
    await drain(office.tenant_id)
    there = await office.viewer.get(ordered.headers["location"])

    document_id = there.text.partition("/documents/")[2][:36]
    assert at_once.text == (await office.viewer.get(f"/documents/{document_id}")).text


async def test_services_that_were_not_bought_are_not_there(office: Office, shop: Shop) -> None:
    async with office.scope():
        await db.execute("update client set services = '{people,purchasing}' where id = $1", office.client_id)

    answers = {path: (await office.viewer.get(path)).status_code for path in PAGES}

    assert answers == {**dict.fromkeys(PAGES, 200), "/portal/stock": 404, "/portal/sales": 404}
    assert (await office.viewer.get("/portal/reports/stock-value")).status_code == 404
    assert (await office.viewer.get("/portal/reports/purchases")).status_code == 200
    async with office.scope():
        await db.execute("update client set services = '{people}' where id = $1", office.client_id)
    assert "/portal/shop" not in (await office.viewer.get("/portal")).text
    assert (await office.viewer.get("/portal/shop")).status_code == 404
