"""What a client reads of who looked at its data."""

import csv
import io
import re

from tatausaha.core import audit, db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.audit_keep import Share, set_share
from tatausaha.core.ids import uuid7
from tests.make import Office, drain, make_client, make_employees


async def did(office: Office, who: str, **facts: str) -> None:
    person = office.people[who]
    with acting(Actor(person.member_id, f"Ratna {who}", who, "203.0.113.7")):
        async with office.scope():
            await audit.saw("employee", uuid7(), office.client_id, **facts)  # type: ignore[arg-type]


async def test_a_client_reads_who_looked_at_what_when_and_why(office: Office) -> None:
    async with office.scope():
        (employee,) = await make_employees(office.client_id, 1)
    await office.worker.get(f"/people/{employee}")
    await did(office, "manager", action="revealed", reason="bank asked by phone")
    page = (await office.viewer.get("/portal/access")).text

    assert "Pegawai 00000" in page
    assert "Worker" in page
    assert "Ratna manager" in page
    assert "bank asked by phone" in page


async def test_a_client_reads_nothing_of_others_nor_what_is_the_providers_own(
    office: Office, other_office: Office
) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
        with acting(Actor(uuid7(), "Orang Lain", "worker", "203.0.113.7")):
            await audit.saw("employee", uuid7(), second)
            await audit.record("invited", "member", uuid7())
            await audit.saw("log_share", uuid7(), office.client_id)
    page = (await office.approver.get("/portal/access")).text

    assert "Orang Lain" not in page
    assert "203.0.113.7" not in page


async def test_a_client_whose_contract_says_so_reads_roles_only(office: Office) -> None:
    await did(office, "worker")
    async with office.scope():
        await set_share(office.client_id, Share(shows_names=False))
    page = (await office.viewer.get(f"/portal/access?person={office.worker.member_id}")).text

    assert "Ratna" not in page
    assert page.count("<tr>") > 1, "the person cannot be picked out by an id either"


async def test_the_lines_are_filtered_and_reading_them_is_one_of_them(office: Office) -> None:
    await did(office, "worker")
    await did(office, "manager", action="revealed")
    revealed = (await office.viewer.get("/portal/access?action=revealed")).text
    of_worker = (await office.viewer.get(f"/portal/access?person={office.worker.member_id}")).text
    none = (await office.viewer.get("/portal/access?to=2020-01-01")).text

    assert ("Ratna manager" in rows(revealed), "Ratna worker" in rows(revealed)) == (True, False)
    assert ("Ratna manager" in rows(of_worker), "Ratna worker" in rows(of_worker)) == (False, True)
    assert 'id="log"' not in none
    async with office.scope():
        read = "select count(*) from audit_event where object_kind = 'access_log' and actor_id = $1 and client_id = $2"
        assert await db.value(read, office.viewer.member_id, office.client_id) == 3


def rows(page: str) -> str:
    return page.partition('id="log"')[2]


async def test_a_client_takes_its_lines_along_and_without_names_where_it_gets_none(office: Office) -> None:
    await did(office, "worker")
    async with office.scope():
        await set_share(office.client_id, Share(shows_names=False))
    ordered = await office.approver.post("/portal/access/export", {"format": "csv"})
    assert ordered.status_code == 303, ordered.text
    await drain(office.tenant_id)
    page = (await office.viewer.get(ordered.headers["location"])).text
    document = re.search(r"/documents/[0-9a-f-]{36}", page)
    assert document
    written = (await office.viewer.get(document[0])).content.decode("utf-8-sig")

    assert len(list(csv.DictReader(io.StringIO(written)))) >= 1
    assert "Ratna" not in written
    assert "203.0.113.7" not in written


async def test_an_export_of_the_provider_is_not_there_for_the_client(office: Office) -> None:
    form = {"client": str(office.client_id), "format": "csv"}
    ordered = await office.manager.post("/access/export", form)
    await drain(office.tenant_id)
    export_id = ordered.headers["location"].rsplit("/", 1)[1]

    assert (await office.viewer.get(f"/portal/access/exports/{export_id}")).status_code == 404
    async with office.scope():
        document_id = await db.value("select id from document where kind = 'access_export'")
    assert (await office.viewer.get(f"/documents/{document_id}")).status_code == 404
    assert (await office.manager.get(f"/documents/{document_id}")).status_code == 200


async def test_a_list_over_several_clients_is_told_to_each_with_its_own_count(office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
        await make_employees(office.client_id, 2)
        await make_employees(second, 3)
    await office.owner.get("/people")
    async with office.scope():
        (line,) = await db.records("select client_id, count, detail from audit_event where object_kind = 'employees'")

    assert (line["client_id"], line["count"]) == (None, 5)
    assert line["detail"]["clients"] == {str(office.client_id): 2, str(second): 3}
