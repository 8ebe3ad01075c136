"""What payroll has done later, by the workers. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.uploads import ImportJob
from tatausaha.core.outbox import Job


class CalculateRun(Job, frozen=True):
    """Calculate a revision of a run: fans out over chunks, and closes the run when the last chunk has ended."""

    kind: ClassVar[str] = "payroll.calculate_run"
    queue: ClassVar[str] = "payroll"
    run_id: UUID
    revision: int

    def title(self) -> Text:
        return text("Calculate payroll")

    def unit(self) -> Text:
        return text("payslips")


class CalculateChunk(Job, frozen=True):
    """Calculate the slips of some of a run's employees."""

    kind: ClassVar[str] = "payroll.calculate_chunk"
    queue: ClassVar[str] = "payroll"
    run_id: UUID
    revision: int
    employee_ids: tuple[UUID, ...]

    def title(self) -> Text:
        return text("Calculate payslips")

    def unit(self) -> Text:
        return text("payslips")


class MakeRunDocuments(Job, frozen=True):
    """Make the payslips and reports of a published run: fans out over slips, then makes what needs them all."""

    kind: ClassVar[str] = "reports.make_run_documents"
    queue: ClassVar[str] = "documents"
    run_id: UUID

    def title(self) -> Text:
        return text("Make payslips and reports")

    def unit(self) -> Text:
        return text("documents")


class MakeSlipDocuments(Job, frozen=True):
    """Typeset and keep some payslips of a run."""

    kind: ClassVar[str] = "reports.make_slip_documents"
    queue: ClassVar[str] = "documents"
    run_id: UUID
    slip_ids: tuple[UUID, ...]

    def title(self) -> Text:
        return text("Make payslips")

    def unit(self) -> Text:
        return text("payslips")


class CheckInputs(ImportJob, frozen=True):
    """Read an uploaded spreadsheet of a month's entries and tell what importing it would do."""

    kind: ClassVar[str] = "payroll.check_inputs"

    def title(self) -> Text:
        return text("Check a spreadsheet of the month's entries")


class ImportInputs(ImportJob, frozen=True):
    """Import the accepted rows of a checked spreadsheet, all of them or none."""

    kind: ClassVar[str] = "payroll.import_inputs"

    def title(self) -> Text:
        return text("Import the month's entries")
