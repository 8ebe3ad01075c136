"""What is in the way of a smaller plan, and what to do about it."""

from collections.abc import Callable, Mapping

import msgspec

from tatausaha.billing.rules.plans import Plan
from tatausaha.core.i18n import Text, text


class Over(msgspec.Struct, frozen=True):
    """More is in use than a plan holds: "client", "employee" or "seat", and the sentence that helps."""

    what: str
    used: int
    most: int
    sentence: Text

    @property
    def by(self) -> int:
        """How many there are too many."""
        return self.used - self.most


def list_over(plan: Plan, used: Mapping[str, int]) -> list[Over]:
    """What is in use beyond what `plan` holds; empty when it fits."""
    return [
        Over(what, used[what], most, _SENTENCES[what](plan.name, used[what], most))
        for what, most in plan.most.items()
        if used.get(what, 0) > most
    ]


def _client(plan: str, used: int, most: int) -> Text:
    return text(
        "{plan} holds {most} client companies, and {used} are served. Archive {over} of them first.",
        plan=plan,
        most=most,
        used=used,
        over=used - most,
    )


def _employee(plan: str, used: int, most: int) -> Text:
    return text(
        "{plan} holds {most} employees, and {used} are employed. Enter the last day of {over} of them first, or archive"
        " a client company.",
        plan=plan,
        most=most,
        used=used,
        over=used - most,
    )


def _seat(plan: str, used: int, most: int) -> Text:
    return text(
        "{plan} holds {most} people of yours, and there are {used}. End the access of {over} of them first, or withdraw"
        " invitations.",
        plan=plan,
        most=most,
        used=used,
        over=used - most,
    )


_SENTENCES: Mapping[str, Callable[[str, int, int], Text]] = {"client": _client, "employee": _employee, "seat": _seat}
