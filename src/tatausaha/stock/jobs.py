"""What the workers do for stock. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.imports.uploads import ImportJob
from tatausaha.core.outbox import Job
from tatausaha.stock.rules.listed import Wanted as ItemsWanted
from tatausaha.stock.rules.watched import Wanted


class CheckItems(ImportJob, frozen=True):
    """Read an uploaded spreadsheet of items and tell what importing it would do."""

    kind: ClassVar[str] = "stock.check_items"

    def title(self) -> Text:
        return text("Check a spreadsheet of items")


class RunItems(ImportJob, frozen=True):
    """Import the accepted rows of a checked spreadsheet, all of them or none."""

    kind: ClassVar[str] = "stock.run_items"

    def title(self) -> Text:
        return text("Import items")


class ExportItems(Job, frozen=True):
    """Write a filtered list of items to a file."""

    kind: ClassVar[str] = "stock.export_items"
    queue: ClassVar[str] = "documents"
    file_id: UUID
    wanted: ItemsWanted
    format: str
    language: Language

    def title(self) -> Text:
        return text("Export items")

    def unit(self) -> Text:
        return text("rows")


class TellLow(Job, frozen=True):
    """Write about what newly runs out."""

    kind: ClassVar[str] = "stock.tell_low"

    def title(self) -> Text:
        return text("Tell what runs out")


class ReckonPace(Job, frozen=True):
    """Count how fast everything goes out."""

    kind: ClassVar[str] = "stock.reckon_pace"

    def title(self) -> Text:
        return text("Reckon how fast stock goes out")


class ExportWatched(Job, frozen=True):
    """Write a list of what is watched to a file."""

    kind: ClassVar[str] = "stock.export_watched"
    queue: ClassVar[str] = "documents"
    file_id: UUID
    wanted: Wanted
    format: str
    language: Language

    def title(self) -> Text:
        return text("Export a list of stock")

    def unit(self) -> Text:
        return text("rows")


class CheckCount(ImportJob, frozen=True):
    """Read a filled count sheet and tell what importing it would do."""

    kind: ClassVar[str] = "stock.check_count"

    def title(self) -> Text:
        return text("Check a count sheet")


class ImportCount(ImportJob, frozen=True):
    """Import the accepted lines of a checked count sheet."""

    kind: ClassVar[str] = "stock.import_count"

    def title(self) -> Text:
        return text("Import a count sheet")


class CheckBalances(Job, frozen=True):
    """Compare what is kept with the ledger, for every client."""

    kind: ClassVar[str] = "stock.check_balances"

    def title(self) -> Text:
        return text("Compare balances with the ledger")

    def unit(self) -> Text:
        return text("clients")
