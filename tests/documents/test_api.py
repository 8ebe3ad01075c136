"""A published month through the API: runs, payslips with their reasons, documents; for staff and for the client."""

from hashlib import sha256

from tatausaha.core import db
from tests.api import program_of
from tests.make import Office
from tests.reports.months import SARI, hire, publish


async def test_a_month_is_read_from_run_to_line_with_its_legal_source(office: Office) -> None:
    await hire(office, **SARI)
    run_id = await publish(office)
    program = await program_of(office, "worker")
    listed = (await program.get("/api/v1/runs", params={"client": str(office.client_id)})).json()["items"]
    (slip,) = (await program.get(f"/api/v1/runs/{run_id}/slips")).json()["items"]
    whole = (await program.get(f"/api/v1/slips/{slip['id']}")).json()
    tax = next(line for line in whole["lines"] if line["code"] == "pph21")

    assert [(one["id"], one["month"], one["state"]) for one in listed] == [(str(run_id), "2026-06", "published")]
    assert (slip["employee_name"], slip["net_pay"]) == ("Sari Dewi", whole["net_pay"])
    assert whole["net_pay"] == listed[0]["totals"]["net_pay"]
    assert ("PMK 168/2023" in tax["source"], tax["amount"]) == (True, whole["pph21"])
    assert whole["bank_account"] == "••••7788"


async def test_documents_are_listed_and_downloaded_as_they_are_kept(office: Office) -> None:
    await hire(office, **SARI)
    await publish(office)
    program = await program_of(office, "worker")
    listed = (await program.get("/api/v1/documents")).json()["items"]
    for one in listed[:3]:
        file = await program.get(f"/api/v1/documents/{one['id']}/file")
        async with office.scope():
            kept = await db.value("select sha256 from document where id = $1", one["id"])
        assert (file.status_code, len(file.content), sha256(file.content).digest()) == (200, one["size"], kept)
        assert file.headers["content-disposition"].startswith("attachment")

    assert listed


async def test_a_clients_own_program_gets_what_is_shared_with_it_and_no_payroll(office: Office) -> None:
    await hire(office, **SARI)
    run_id = await publish(office)
    async with office.scope():
        await db.execute("update document set shared = false where id = (select id from document order by id limit 1)")
    mine, staff = await program_of(office, "viewer"), await program_of(office, "worker")
    shared = {one["id"] for one in (await mine.get("/api/v1/documents")).json()["items"]}
    kept = {one["id"] for one in (await staff.get("/api/v1/documents")).json()["items"]}

    assert shared
    assert shared < kept
    assert (await mine.get(f"/api/v1/documents/{min(kept - shared)}")).status_code == 404
    assert (await mine.get(f"/api/v1/runs/{run_id}")).status_code == 404


async def test_the_access_log_knows_which_program_read_whose_payslip(office: Office) -> None:
    employee_id = await hire(office, **SARI)
    run_id = await publish(office)
    program = await program_of(office, "worker")
    (slip,) = (await program.get(f"/api/v1/runs/{run_id}/slips")).json()["items"]
    await program.get(f"/api/v1/slips/{slip['id']}")
    async with office.scope():
        seen = await db.records(
            "select actor_id, actor_name from audit_event where subject_id = $1 and action = 'saw'", employee_id
        )

    assert (office.worker.member_id, "Worker · Tes") in {(one["actor_id"], one["actor_name"]) for one in seen}
