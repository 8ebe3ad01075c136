"""What came out of the month end: taken away by the client's approver, kept in a folder, and counted from the files."""

import zipfile
from pathlib import Path

import pikepdf
from python_calamine import load_workbook

from tatausaha.core import db
from tatausaha.demo.scene import Scene
from tatausaha.payroll.queries import RunView
from tatausaha.reports import register


async def take_away(scene: Scene, run: RunView) -> None:
    """Download payslips and reports as the client does, and compare what is in them with the sealed run."""
    files, folder = f"/documents/runs/{run.id}", scene.folder
    archive = await scene.approver.save(f"{files}/payslips/zip", folder / f"slip-gaji-{scene.month}.zip")
    sheet = await scene.approver.save(f"{files}/register/xlsx", folder / f"daftar-gaji-{scene.month}.xlsx")
    await scene.approver.save(f"{files}/register/pdf", folder / f"daftar-gaji-{scene.month}.pdf")
    await scene.approver.save(f"{files}/summary/pdf", folder / f"ringkasan-{scene.month}.pdf")
    async with scene.team.scope():
        slips = await db.records(
            "select id, employee_number from slip where run_id = $1 order by employee_name", run.id
        )
    single = await scene.approver.save(f"/documents/payslips/{slips[0]['id']}", folder / f"slip-{scene.month}.pdf")
    scene.telling.step(
        *("Payslips in the ZIP", {"payslips": run.slip_count, "pages of one": 1}),
        {"payslips": _count_pdfs(archive), "pages of one": _count_pages(single)},
        "PDFs in the downloaded archive, and pages of one of them",
    )
    said = {"people": run.slip_count, "rupiah net": run.totals.net_pay}
    counted = _read_register(sheet, {slip["employee_number"] for slip in slips})
    scene.telling.step("Register", said, counted, "rows of the downloaded spreadsheet")


def _count_pdfs(archive: Path) -> int:
    with zipfile.ZipFile(archive) as file:
        return sum(file.read(name).startswith(b"%PDF-") for name in file.namelist())


def _count_pages(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def _read_register(sheet: Path, numbers: set[str]) -> dict[str, int]:
    """The people and the sum of net pay in the rows that begin with an employee's number."""
    net = [column.key for column in register.COLUMNS].index("net_pay")
    rows = [row for row in load_workbook(str(sheet)).get_sheet_by_index(0).to_python() if row[0] in numbers]
    return {"people": len(rows), "rupiah net": sum(int(row[net]) for row in rows)}
