"""A sealed number is shown whole to somebody who says why; so often an hour, and never without a line in the access log."""

from datetime import timedelta
from typing import Any

import msgspec
from litestar.response import Template

from tatausaha.core import limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Invalid, TooMany
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import CurrentClient, is_swap, page
from tatausaha.core.web.viewer import AppRequest

AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 60
SHORTEST, LONGEST = 5, 200
FRAGMENT, PAGE = "people/_reveal.html", "people/reveal.html"

REASONS = (
    text("Payment to the bank"),
    text("Tax report"),
    text("Registration with BPJS"),
    text("Comparison with a document"),
    text("Question of the employee"),
)
"""What the form offers; any other words will do as well."""


class Question(msgspec.Struct, frozen=True):
    """Which number, whose, and the page where it stands masked."""

    field: str
    label: Text
    name: str
    place: str
    client: CurrentClient


class Reveal(msgspec.Struct, frozen=True):
    """What is typed."""

    field: str = ""
    reason: str = ""


def ask(request: AppRequest, question: Question) -> Template:
    """The question why; nothing is shown yet."""
    return page(request, PAGE, fragment=FRAGMENT, values={}, errors={}, **_context(question))


async def read_reason(request: AppRequest, question: Question) -> str:
    """The reason as typed, and one number counted for this person; needs no open scope.

    Raises `Invalid` without a reason, `TooMany` after very many numbers.
    """
    values = await typed_values(request)
    expect_form(request, FRAGMENT if is_swap(request) else PAGE, values, **_context(question))
    reason = checked_reason(parse(Reveal, values).reason)
    async with gate_scope():
        try:
            await limits.spend(f"reveal:{request.user.member_id}", MOST_AN_HOUR, AN_HOUR)
        except TooMany as error:
            sentence = text("You were shown {count} numbers within an hour. Wait a while.", count=MOST_AN_HOUR)
            raise TooMany(sentence, error.seconds) from None
    return reason


def show(request: AppRequest, question: Question, number: str | None) -> Template:
    """The number whole. Write the access log first, in the scope that read it."""
    return page(request, PAGE, fragment=FRAGMENT, values={}, shown=number or "", **_context(question))


def checked_reason(typed: str) -> str:
    """The reason without spaces around it. Raises `Invalid` at the field `reason` when it says nothing, or too much."""
    reason = typed.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        problem = text("Say why, in {least} to {most} characters.", least=SHORTEST, most=LONGEST)
        raise Invalid(text("Some fields need your attention."), {"reason": problem})
    return reason


def _context(question: Question) -> dict[str, Any]:
    return {"question": question, "reasons": REASONS, "client": question.client}
