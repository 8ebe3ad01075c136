"""The access log through the API: the provider's whole, the client's own part, and the reading itself written down."""

from typing import Any

from tatausaha.core import audit, db
from tatausaha.core.actor import Actor, acting
from tests.api import program_of
from tests.make import Office, make_client


async def happened(office: Office) -> None:
    """A worker looked at the client, at another client, and at the log."""
    with acting(Actor(office.worker.member_id, "Wati", "worker", "203.0.113.9")):
        async with office.scope():
            other = await make_client(name="PT Kedua")
            await audit.saw("employee", office.client_id, office.client_id)
            await audit.saw("employee", other, other)
            await audit.saw("unusual", None, office.client_id)


async def lines(office: Office, role: Any, **query: str) -> list[dict[str, Any]]:
    answer = await (await program_of(office, role)).get("/api/v1/log", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_manager_searches_all_with_names_and_addresses(office: Office) -> None:
    await happened(office)
    found = await lines(office, "manager", person=str(office.worker.member_id))

    assert {(one["who"], one["address"]) for one in found} == {("Wati", "203.0.113.9")}
    assert {one["object_kind"] for one in found} == {"employee", "unusual"}
    assert len({one["client_id"] for one in found}) == 2


async def test_a_client_reads_its_own_part_by_role_where_nobody_is_named(office: Office) -> None:
    await happened(office)
    async with office.scope():
        await db.execute("insert into log_share (client_id, shows_names) values ($1, false)", office.client_id)
    found = [one for one in await lines(office, "viewer") if one["role"] == "worker"]

    assert [(one["who"], one["address"], one["object_kind"]) for one in found] == [("worker", None, "employee")]
    assert {one["client_id"] for one in await lines(office, "approver")} == {str(office.client_id)}


async def test_asking_for_another_client_or_person_widens_nothing(office: Office) -> None:
    await happened(office)
    async with office.scope():
        other = await db.value("select id from client where id <> $1", office.client_id)

    assert {one["client_id"] for one in await lines(office, "viewer", client=str(other))} == {str(office.client_id)}


async def test_reading_the_log_is_in_the_log(office: Office) -> None:
    await lines(office, "manager")
    again = await lines(office, "manager", person=str(office.manager.member_id))

    assert "access_log" in {one["object_kind"] for one in again}
