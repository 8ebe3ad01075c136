"""The files of a whole run: all payslips in one ZIP, the register and the summary in three formats each."""

import asyncio
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.exports import write_csv
from tatausaha.core.i18n import render, text, use_language
from tatausaha.core.process import tools
from tatausaha.core.report_sheets import write_report_xlsx
from tatausaha.core.typesetting import typeset
from tatausaha.documents import service
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import Document
from tatausaha.documents.service import CSV, PDF, XLSX, ZIP, Kept
from tatausaha.payroll.payslips import month_name
from tatausaha.reports import figures, register, summary
from tatausaha.reports.figures import RegisterRow, Sums
from tatausaha.reports.queries import Run
from tatausaha.reports.summary import DepartmentCost

AT_ONCE = 20
MEDIA = {"pdf": PDF, "xlsx": XLSX, "csv": CSV}


class RunFigures(msgspec.Struct, frozen=True):
    """All that the reports of a run are made from."""

    run: Run
    rows: list[RegisterRow]
    totals: Sums
    before: Sums | None
    costs: list[DepartmentCost]


async def read_figures(run: Run) -> RunFigures:
    """All figures of a run, in the open scope."""
    return msgspec.structs.replace(await read_summary(run), rows=await figures.list_register(run.id))


async def read_summary(run: Run) -> RunFigures:
    """The figures of a run without its rows. A correction is of one slip: it is not compared with a month."""
    before = await figures.sum_departments(run.client_id, run.month.previous()) if run.kind == "regular" else {}
    return RunFigures(
        run,
        [],
        await figures.sum_run(run.id),
        figures.total(list(before.values())) if before else None,
        summary.compare(await figures.sum_run_departments(run.id), before),
    )


async def put_run_files(claim: Claim, run: Run, payslips: Sequence[Document]) -> list[Kept]:
    """Make every file of a run and lay it into the storage. Conflict when the register misses somebody."""
    async with claim.scope():
        read = await read_figures(run)
    if len(read.rows) != run.slips or read.totals.people != run.slips:
        raise Conflict(text("The register does not hold every payslip of the run. Try again."))
    with tempfile.TemporaryDirectory(prefix="tata-") as folder, use_language(run.language):
        month, archive = month_name(run.period), Path(folder) / "payslips"
        await write_zip(archive, payslips)
        zip_name = file_name(render(text("Payslips")), run.client_name, month, suffix="zip")
        kept = [await service.put(claim.row.tenant_id, run.client_id, "payslips_zip", run.id, zip_name, ZIP, archive)]
        for kind, suffix, path in await write_reports(Path(folder), read):
            title = render(register.TITLE if kind == "register" else summary.TITLE)
            name = file_name(title, run.client_name, month, suffix=suffix)
            whole_kind = f"{kind}_{suffix}"
            kept.append(
                await service.put(claim.row.tenant_id, run.client_id, whole_kind, run.id, name, MEDIA[suffix], path)
            )
    return kept


async def write_zip(target: Path, payslips: Sequence[Document]) -> None:
    """All payslips in one file, a few in memory at a time. PDFs are compressed already."""
    named = list(zip(_distinct([document.name for document in payslips]), payslips, strict=True))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for start in range(0, len(named), AT_ONCE):
            batch = named[start : start + AT_ONCE]
            contents = await asyncio.gather(*(tools().storage.get(document.key) for _, document in batch))
            for (name, _), content in zip(batch, contents, strict=True):
                archive.writestr(name, content)


async def write_reports(folder: Path, read: RunFigures) -> list[tuple[str, str, Path]]:
    """Register and summary in every format, in the current language, as (kind, suffix, file)."""
    return [
        (kind, suffix, await write_report(folder, kind, suffix, read))
        for kind in ("register", "summary")
        for suffix in MEDIA
    ]


async def write_report(folder: Path, kind: str, suffix: str, read: RunFigures) -> Path:
    """One report in one format."""
    path, zone = folder / f"{kind}.{suffix}", read.run.time_zone
    if suffix == "pdf":
        path.write_bytes(await _set_pdf(kind, read))
        return path
    if kind == "register":
        records = register.register_records(read.rows)
        report = register.register_report(read.run, read.totals)
    else:
        records = summary.summary_records(read.costs)
        report = summary.summary_report(read.run, read.costs)
    if suffix == "csv":
        await asyncio.to_thread(write_csv, path, report.columns, records, zone)
    else:
        await asyncio.to_thread(write_report_xlsx, path, report, records, zone)
    return path


async def _set_pdf(kind: str, read: RunFigures) -> bytes:
    setter = tools().typesetter
    if kind == "register":
        data = register.register_data(read.run, read.rows, read.totals)
        return await typeset(setter.render_rows, register.TEMPLATE, data)
    return await typeset(
        setter.render, summary.TEMPLATE, summary.summary_data(read.run, read.totals, read.before, read.costs)
    )


def _distinct(names: Sequence[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name.lower()] = count = seen.get(name.lower(), 0) + 1
        stem, _, suffix = name.rpartition(".")
        yield name if count == 1 else f"{stem} ({count}).{suffix}"
