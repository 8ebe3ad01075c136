"""What the workers do for reports. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.outbox import Job
from tatausaha.reports.shop.asked import Asked, Format
from tatausaha.reports.shop.catalogue import REPORTS


class MakeReport(Job, frozen=True):
    """Write a tabular report to a file; `shared` ones are the client's to fetch."""

    kind: ClassVar[str] = "reports.make_table"
    queue: ClassVar[str] = "documents"
    file_id: UUID
    report: str
    asked: Asked
    format: Format
    shared: bool
    language: Language

    def title(self) -> Text:
        return REPORTS[self.report].title

    def unit(self) -> Text:
        return text("rows")
