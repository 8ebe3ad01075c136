"""The errors that a person may meet. Views let them pass; one handler in `core.web` shows them."""

from collections.abc import Mapping
from typing import ClassVar

from tatausaha.core.i18n import Text, render


class AppError(Exception):
    """A refusal told to the person as a sentence: what happened, why, and what to do."""

    status: ClassVar[int] = 400

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return render(self.message)


class NotFound(AppError):
    """It does not exist for this person; what belongs to others does not exist either."""

    status = 404


class Forbidden(AppError):
    """The thing is visible, but this step is not this person's to take."""

    status = 403


class SignInNeeded(AppError):
    """Nobody is signed in; who signs in may find the page."""

    status = 401


class ConfirmNeeded(AppError):
    """The person is signed in, but must prove anew that they are the one before this step."""

    status = 403


class Conflict(AppError):
    """The thing is in a state that does not allow the step (anymore)."""

    status = 409


class Lapsed(AppError):
    """The provider's subscription does not hold it: payment is wanted, or a larger plan."""

    status = 402


class TooMany(AppError):
    """Too many attempts in too short a time; `seconds` is how long to wait."""

    status = 429

    def __init__(self, message: Text, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unavailable(AppError):
    """The house is too busy for a moment; trying again helps."""

    status = 503


class Invalid(AppError):
    """Input that cannot be accepted; `fields` maps a field's name to its own sentence."""

    status = 422

    def __init__(self, message: Text, fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        """With the sentence of every field, for a terminal, which has none."""
        return " ".join(render(one) for one in (self.message, *self.fields.values()))
