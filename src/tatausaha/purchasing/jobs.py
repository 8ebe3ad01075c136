"""What purchasing has done in the background."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.uploads import ImportJob
from tatausaha.core.outbox import Job


class SendOrder(Job, frozen=True):
    """Make the document of an order's version and hand the letter over to be sent."""

    kind: ClassVar[str] = "purchasing.send_order"
    queue: ClassVar[str] = "mail"
    letter_id: UUID

    def title(self) -> Text:
        return text("Send an order to its supplier")


class TellAboutOrder(Job, frozen=True):
    """Write to those who work for the client that something happened to an order."""

    kind: ClassVar[str] = "purchasing.tell_about_order"
    order_id: UUID
    news: str

    def title(self) -> Text:
        return text("Tell about an order")


class CheckSuppliers(ImportJob, frozen=True):
    """Read an uploaded spreadsheet of suppliers and tell what importing it would do."""

    kind: ClassVar[str] = "purchasing.check_suppliers"

    def title(self) -> Text:
        return text("Check a spreadsheet of suppliers")


class RunSuppliers(ImportJob, frozen=True):
    """Import the accepted rows of a checked spreadsheet, all of them or none."""

    kind: ClassVar[str] = "purchasing.run_suppliers"

    def title(self) -> Text:
        return text("Import suppliers")
