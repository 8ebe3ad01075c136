"""What identity has done in the background."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job


class CleanUp(Job, frozen=True):
    """Forget sessions and counted attempts that no longer matter."""

    kind: ClassVar[str] = "identity.clean_up"

    def title(self) -> Text:
        return text("Forget sessions that ended")


class ResetFactors(Job, frozen=True):
    """Take away a person's second factors, which two others decided."""

    kind: ClassVar[str] = "identity.reset_factors"
    member_id: UUID

    def title(self) -> Text:
        return text("Reset the second step of a person")
