"""What the workers do with spreadsheets of employees. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.imports.uploads import ImportJob
from tatausaha.core.outbox import Job
from tatausaha.people.search import Sort, Wanted


class CheckImport(ImportJob, frozen=True):
    """Read an uploaded spreadsheet and tell what importing it would do."""

    kind: ClassVar[str] = "people.check_import"

    def title(self) -> Text:
        return text("Check a spreadsheet of employees")


class RunImport(ImportJob, frozen=True):
    """Import the accepted rows of a checked spreadsheet, all of them or none."""

    kind: ClassVar[str] = "people.run_import"

    def title(self) -> Text:
        return text("Import employees")


class ExportPeople(Job, frozen=True):
    """Write the employees of a filtered list to a file; a `reason` leaves identity and account numbers unmasked.

    `words` are what was searched for, sealed: it may be somebody's NIK.
    """

    kind: ClassVar[str] = "people.export"
    queue: ClassVar[str] = "documents"
    export_id: UUID
    wanted: Wanted
    words: str
    sort: Sort
    format: str
    reason: str
    language: Language

    def title(self) -> Text:
        return text("Export employees")

    def unit(self) -> Text:
        return text("rows")
