"""A client's month end, step by step through the real application: over HTTP, as its users, by its worker processes.

Each step knows in which state it takes over, so that a demo that was interrupted goes on where it stopped.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from python_calamine import load_workbook

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.demo import findings
from tatausaha.demo.past import month_inputs
from tatausaha.demo.scene import Scene
from tatausaha.demo.spreadsheet import MOVED_TO, Sheet, write_sheet
from tatausaha.payroll import facts, queries
from tatausaha.payroll.jobs import CalculateRun, MakeRunDocuments
from tatausaha.payroll.queries import RunView
from tatausaha.people.jobs import CheckImport, RunImport


async def run_month_end(scene: Scene) -> None:
    """From the client's list of employees to the closed month; then everything that came out is counted."""
    run = await scene.run()
    if run is not None and run.state == "closed":
        scene.telling.say("This month was closed at an earlier start; what came out of it is counted again.")
    while (run := await scene.run()) is None or run.state != "closed":
        if run is None:
            await _import_people(scene)
            await _begin(scene)
        else:
            await STEPS[run.state](scene, run)
    await findings.take_away(scene, run)


async def _import_people(scene: Scene) -> None:
    sheet = write_sheet(scene.folder / f"karyawan-{scene.month}.xlsx", scene.company, scene.month)
    client = {"client_id": str(scene.team.client_id)}
    page = await scene.worker.post("/people/import", client, (sheet.path.name, sheet.content))
    import_id = UUID(page.rpartition("/")[2])
    await scene.watch(scene.worker, CheckImport.kind, page)
    await scene.worker.read(page)  # the preview
    rows = await scene.number("select row_count from import_file where id = $1", import_id)
    scene.telling.step("Upload and check", {"rows": rows}, {"rows": sheet.rows}, "rows written into the spreadsheet")
    if await scene.number("select 1 from import_file where id = $1 and state = 'checked'", import_id):
        await scene.worker.post(f"{page}/confirm", {})
        await scene.watch(scene.worker, RunImport.kind, page)
    await _compare_import(scene, sheet, import_id, page)
    await _agree(scene, sheet, import_id)


async def _compare_import(scene: Scene, sheet: Sheet, import_id: UUID, page: str) -> None:
    async with scene.team.scope():
        (told,) = await db.records(
            "select created as new, changed, unchanged, rejected as refused from import_file where id = $1", import_id
        )
    count = "select count(*) from employee where client_id = $1 and number = any($2) and version"
    rejects = await scene.worker.save(f"{page}/rejects?format=xlsx", scene.folder / "ditolak.xlsx")
    counted = {
        "new": await scene.number(f"{count} = 1", scene.team.client_id, sheet.new),
        "changed": await scene.number(f"{count} > 1", scene.team.client_id, sheet.changed),
        "unchanged": await scene.number(f"{count} = 1", scene.team.client_id, sheet.same),
        "refused": len(load_workbook(str(rejects)).get_sheet_by_index(0).to_python()) - 1,
    }
    scene.telling.step("Import", dict(told), counted, "rows of employees, and rows of the file of rejects")


async def _agree(scene: Scene, sheet: Sheet, import_id: UUID) -> None:
    """Raises and an account wait for a second person: the worker who brought the file in is refused, the manager agrees."""
    async with scene.team.scope():
        change_id = await db.value("select id from change_request where subject_id = $1", import_id)
        waits = await db.value("select state = 'pending' from change_request where id = $1", change_id)
    if waits:
        refused = await scene.worker.is_refused(f"/changes/{change_id}/approve", 403)
        scene.telling.step(
            "Own approval", {"state": "refused"}, {"state": "refused" if refused else "done"}, "an attempt"
        )
        await scene.manager.read(f"/changes/{change_id}")
        await scene.manager.post(f"/changes/{change_id}/approve", {})
    raises = await scene.number(
        "select count(*) from employee e join pay_component p on p.tenant_id = e.tenant_id and p.employee_id = e.id"
        " where e.client_id = $1 and e.number = any($2) and p.code = 'basic' and p.starts_on = $3",
        *(scene.team.client_id, sheet.changed, scene.month.first),
    )
    async with scene.team.scope():
        account = (await keyring()).index("bank_account", MOVED_TO)
    moved = await scene.number(
        "select count(*) from employee where client_id = $1 and bank_account_index = $2", scene.team.client_id, account
    )
    said = {"raises": len(sheet.changed), "accounts": 1}
    scene.telling.step("Four eyes", said, {"raises": raises, "accounts": moved}, "rows of pay and of employees")


async def _begin(scene: Scene) -> None:
    page = await scene.worker.post("/payroll/new", {"client_id": str(scene.team.client_id), "month": str(scene.month)})
    runs = await scene.number(
        "select count(*) from pay_run where client_id = $1 and period = $2 and state = 'draft'",
        *(scene.team.client_id, scene.month.first),
    )
    scene.telling.step(f"Run of {scene.month}", {"begun": 1 if page else 0}, {"begun": runs}, "draft runs")


async def _enter_and_calculate(scene: Scene, run: RunView) -> None:
    async with scene.team.scope():
        people = await db.records(
            "select e.number, p.amount, e.joined_on from employee e join pay_component p on p.tenant_id = e.tenant_id"
            " and p.employee_id = e.id and p.code = 'basic' and p.starts_on <= $2 and (p.ends_on is null or p.ends_on >= $2)"
            " where e.client_id = $1 and e.id = any($3) order by e.number",
            *(run.client_id, run.month, await facts.list_employed(run.client_id, run.period)),
        )
    entries = month_inputs(f"{scene.company.code}:{run.month}", run.period, [tuple(row) for row in people])
    for number, code, name, amount, days in entries:
        form = {"number": str(number), "code": code, "name": name, "amount": str(amount or days)}
        await scene.worker.post(f"/payroll/{run.id}/inputs", form)
    said = {"entries": len(entries), "rupiah": sum(entry[3] for entry in entries)}
    counted = {
        "entries": await scene.number("select count(*) from pay_input where run_id = $1", run.id),
        "rupiah": await scene.number("select sum(amount) from pay_input where run_id = $1", run.id),
    }
    scene.telling.step("Entries of the month", said, counted, "rows of entries")
    await scene.worker.post(f"/payroll/{run.id}/calculate", {})


async def _watch_calculation(scene: Scene, run: RunView) -> None:
    await scene.watch(scene.worker, CalculateRun.kind, f"/payroll/{run.id}")
    done = await scene.run()
    assert done
    said = {"payslips": done.slip_count, "without": done.problem_count, "rupiah net": done.totals.net_pay}
    async with scene.team.scope():
        employed = len(await facts.list_employed(run.client_id, run.period))
    slips = await scene.number("select count(*) from slip where run_id = $1", run.id)
    counted = {
        "payslips": slips,
        "without": employed - slips,
        "rupiah net": await scene.number("select sum(net_pay) from slip where run_id = $1", run.id),
    }
    scene.telling.step("Calculation", said, counted, "people employed, and rows of payslips")


async def _review(scene: Scene, run: RunView) -> None:
    page = f"/payroll/{run.id}"
    await scene.manager.post(f"{page}/review", {"figures_hash": await scene.manager.hidden(page, "figures_hash")})
    written, arrived = await scene.letters("approval_asked", run.id)
    scene.telling.step("Review by the manager", {"letters": written}, {"letters": arrived}, "letters in the mailbox")


async def _approve(scene: Scene, run: RunView) -> None:
    page = f"/portal/approvals/{run.id}"
    await scene.approver.post(f"{page}/approve", {"figures_hash": await scene.approver.hidden(page, "figures_hash")})
    approved = await scene.run()
    assert approved
    async with scene.team.scope():
        again = await queries.hash_figures(run.id)
    said, counted = {"figures": approved.approved_hash[:16]}, {"figures": again[:16]}
    scene.telling.step("Approval by the client", said, counted, "hash of the rows")


async def _publish(scene: Scene, run: RunView) -> None:
    await scene.manager.post(f"/payroll/{run.id}/publish", {})


async def _make_paper_and_close(scene: Scene, run: RunView) -> None:
    page = f"/payroll/{run.id}"
    await scene.watch(scene.manager, MakeRunDocuments.kind, page)
    written, arrived = await scene.letters("payslips_published", run.id)
    made = await scene.number(
        "select count(*) from document d join slip s on s.tenant_id = d.tenant_id and s.id = d.subject_id"
        " where d.kind = 'payslip' and s.run_id = $1",
        run.id,
    )
    said, counted = {"payslips": run.slip_count, "letters": written}, {"payslips": made, "letters": arrived}
    scene.telling.step("Publication", said, counted, "kept payslips, and letters in the mailbox")
    await scene.manager.post(f"{page}/close", {})
    refused = await scene.manager.is_refused(f"{page}/reopen")
    scene.telling.step("Closing", {"state": "final"}, {"state": "final" if refused else "open"}, "an attempt to reopen")


STEPS: dict[str, Callable[[Scene, RunView], Awaitable[None]]] = {
    "draft": _enter_and_calculate,
    "calculating": _watch_calculation,
    "calculated": _review,
    "reviewed": _approve,
    "approved": _publish,
    "published": _make_paper_and_close,
}
