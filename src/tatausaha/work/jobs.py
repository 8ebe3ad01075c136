"""What the board of work has done by the clock."""

from typing import ClassVar

from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job


class ForgetJobs(Job, frozen=True):
    """Forget jobs that ended long ago."""

    kind: ClassVar[str] = "work.forget_jobs"

    def title(self) -> Text:
        return text("Forget jobs that ended long ago")
