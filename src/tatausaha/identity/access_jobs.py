"""What is done with the access log by the clock, and its files. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar, Literal
from uuid import UUID

from tatausaha.core.audit_queries import Wanted
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.outbox import Job

Format = Literal["csv", "xlsx"]


class SealLog(Job, frozen=True):
    """Put the events that wait into the chain."""

    kind: ClassVar[str] = "access.seal"

    def title(self) -> Text:
        return text("Seal the access log")


class WatchLog(Job, frozen=True):
    """Look for unusual access in the hours that are over."""

    kind: ClassVar[str] = "access.watch"

    def title(self) -> Text:
        return text("Look for unusual access")


class KeepLog(Job, frozen=True):
    """Forget what is old, check the chain, and write the weekly letters."""

    kind: ClassVar[str] = "access.keep"

    def title(self) -> Text:
        return text("Check the access log")


class ExportLog(Job, frozen=True):
    """Write what was found about one client to a file; `for_client` leaves out what is the provider's own."""

    kind: ClassVar[str] = "access.export"
    queue: ClassVar[str] = "documents"
    export_id: UUID
    wanted: Wanted
    format: Format
    for_client: bool
    language: Language

    def title(self) -> Text:
        return text("Export the access log")

    def unit(self) -> Text:
        return text("rows")
