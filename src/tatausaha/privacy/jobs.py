"""What happens later. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.outbox import Job


class WatchDeadlines(Job, frozen=True):
    """Write to the managers when two of three days have passed; forget copies that were not fetched."""

    kind: ClassVar[str] = "privacy.watch"

    def title(self) -> Text:
        return text("Watch the deadlines of requests and breaches")


class MakeCopy(Job, frozen=True):
    """Gather everything of one person into one file."""

    kind: ClassVar[str] = "privacy.make_copy"
    queue: ClassVar[str] = "documents"
    request_id: UUID
    language: Language

    def title(self) -> Text:
        return text("Gather a person's data")

    def unit(self) -> Text:
        return text("tables")


class MakePack(Job, frozen=True):
    """Gather whom a breach concerns, and drafts of the notices."""

    kind: ClassVar[str] = "privacy.make_pack"
    queue: ClassVar[str] = "documents"
    breach_id: UUID
    language: Language

    def title(self) -> Text:
        return text("Gather whom a breach concerns")

    def unit(self) -> Text:
        return text("clients")


class Destroy(Job, frozen=True):
    """Erase what an agreed destruction names, piece by piece."""

    kind: ClassVar[str] = "privacy.destroy"
    destruction_id: UUID

    def title(self) -> Text:
        return text("Destroy data whose time is over")

    def unit(self) -> Text:
        return text("records")
