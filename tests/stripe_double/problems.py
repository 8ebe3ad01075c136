"""What Stripe answers when it refuses."""

from typing import Any


class Problem(Exception):
    """A refusal as Stripe words it: the status, the type, and where there is one the code and the parameter."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param

    @property
    def body(self) -> dict[str, Any]:
        error = {"message": self.message, "type": self.kind, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None}}


def missing(param: str) -> Problem:
    return Problem(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(kind: str, id_: str, param: str = "id") -> Problem:
    return Problem(
        f"No such {kind.replace('_', ' ')}: '{id_}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )


class Declined(Exception):
    """The card was refused on a page: the person stays there, and nothing was made."""
