"""What the workers do about sales. Kinds on the wire never change while jobs are under way."""

from typing import ClassVar

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.uploads import ImportJob


class CheckSales(ImportJob, frozen=True):
    """Read a till's file and tell what booking it would do."""

    kind: ClassVar[str] = "sales.check_import"

    def title(self) -> Text:
        return text("Check a till's file")


class ImportSales(ImportJob, frozen=True):
    """Book the accepted lines of a checked file, all of them or none."""

    kind: ClassVar[str] = "sales.run_import"

    def title(self) -> Text:
        return text("Book a till's file")
