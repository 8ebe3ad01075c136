"""What identity has done by the clock."""

from typing import ClassVar

from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job


class CleanUp(Job, frozen=True):
    """Forget sessions and counted attempts that no longer matter."""

    kind: ClassVar[str] = "identity.clean_up"

    def title(self) -> Text:
        return text("Forget sessions that ended")
