"""The services a client has bought: set by managers, obeyed by the navigation and by its portal."""

from tatausaha.clients import queries
from tatausaha.core import db
from tests.make import Office, make_client


async def test_what_the_client_has_not_bought_is_absent_from_navigation_and_portal(office: Office) -> None:
    path = f"/clients/{office.client_id}/services"
    assert (await office.viewer.get("/portal/payslips")).status_code == 200

    refused = await office.manager.post(path, {})
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    answer = await office.manager.post(path, {"people": "1", "sales": "1"})
    shown = await office.manager.get(path)

    assert answer.headers["location"] == f"/clients/{office.client_id}"
    assert "checked" in shown.text.partition('name="sales"')[2][:60]
    assert "checked" not in shown.text.partition('name="payroll"')[2][:60]
    async with office.scope():
        assert await queries.has_service(office.client_id, "sales")
        assert not await queries.has_service(office.client_id, "payroll")
    portal = await office.viewer.get("/portal")
    assert "/portal/payslips" not in portal.text
    assert (await office.viewer.get("/portal/payslips")).status_code == 404
    assert 'href="/payroll"' not in (await office.worker.get("/work")).text


async def test_the_navigation_follows_the_chosen_client_and_else_all_of_them(office: Office) -> None:
    async with office.scope():
        other = await make_client(name="PT Dua")
        await db.execute("update client set services = '{people}' where id = $1", other)

    assert 'href="/payroll"' in (await office.manager.get("/work")).text
    assert "/payroll?client=" not in (await office.manager.get(f"/people?client={other}")).text
    assert (await office.worker.post(f"/clients/{office.client_id}/services", {"people": "1"})).status_code == 404
