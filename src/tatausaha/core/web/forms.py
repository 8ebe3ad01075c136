"""Forms: from what a browser sent to a typed struct, with a sentence at every field that cannot be accepted.

A form is a msgspec struct whose fields are annotated with what `parse` knows (`str` of one line, `Lines`, `int` rupiah,
`Quantity`, `date`, `bool`, `Literal[…]`, `… | None`). Unknown fields are refused. Before it looks anything up, a view says with
`expect_form` which page shows the form, so that the one error handler can show it again with what was typed.
"""

import types
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from tatausaha.core.characters import CONTROLS, without_directions
from tatausaha.core.dates import EARLIEST, LATEST, parse_day
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.money import parse_rupiah
from tatausaha.core.quantities import parse_quantity
from tatausaha.core.web.access import CSRF_FIELD

T = TypeVar("T", bound=msgspec.Struct)
Typed = dict[str, str]
Lines = Annotated[str, "several lines"]
Quantity = Annotated[int, "thousandths of a unit"]
MAX_FIELD = 10_000


class Problem(ValueError):
    """A field's value cannot be accepted."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.msgid)
        self.message = message


async def typed_values(request: Request[Any, Any, Any]) -> Typed:
    """What was typed, by field, without the token and without files; control characters are refused."""
    typed: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if name == CSRF_FIELD or isinstance(value, UploadFile):
            continue
        if not isinstance(value, str) or CONTROLS.search(value) or len(value) > MAX_FIELD:
            raise Invalid(text("The form holds characters or lengths that cannot be stored."))
        typed.setdefault(name, []).append(without_directions(value))
    return {name: ",".join(values) for name, values in typed.items()}


def expect_form(request: Request[Any, Any, Any], template: str, values: Typed, **context: Any) -> None:
    """Should the input prove wrong, show `template` again with what was typed and a sentence at each field."""
    request.scope["state"]["form_page"] = (template, {**context, "values": values})


def parse(kind: type[T], values: Mapping[str, str]) -> T:
    """The form as a struct of `kind`, or `Invalid` with every field that is wrong."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    unknown = set(values) - set(fields)
    if unknown:
        raise Invalid(text("The form holds an unknown field: {field}.", field=sorted(unknown)[0][:40]))
    parsed: dict[str, Any] = {}
    problems: dict[str, Text] = {}
    for name, field in fields.items():
        try:
            parsed[name] = _parse_field(field, values.get(name, "").strip())
        except Problem as problem:
            problems[name] = problem.message
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    return msgspec.convert(parsed, kind)


def _parse_field(field: msgspec.structs.FieldInfo, value: str) -> Any:
    kind, optional = _without_none(field.type)
    if kind is bool:
        return value in ("on", "true", "1", "yes")
    if value == "":
        if optional:
            return None
        if field.default is not msgspec.NODEFAULT:
            return field.default
        raise Problem(text("This field is needed."))
    if get_origin(kind) is Literal:
        return _choice(value, get_args(kind))
    return _PARSERS[kind](value)


def _without_none(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        return rest[0], len(rest) < len(get_args(kind))
    return kind, False


def _choice(value: str, allowed: tuple[Any, ...]) -> Any:
    if value in allowed:
        return value
    raise Problem(text("Choose one of the given values."))


def _rupiah(value: str) -> int:
    try:
        amount = parse_rupiah(value)
    except ValueError:
        raise Problem(text("Write an amount of whole rupiah, for example 1.250.000.")) from None
    if not 0 <= amount < 10_000_000_000_000:
        raise Problem(text("The amount must be zero or more, and below 10 trillion rupiah."))
    return amount


def _quantity(value: str) -> int:
    try:
        quantity = parse_quantity(value, current_language())
    except ValueError:
        raise Problem(text("Write a quantity with at most three decimals, for example 12 or 0,5.")) from None
    if not 0 <= quantity < 1_000_000_000_000:
        raise Problem(text("The quantity must be zero or more, and below one billion."))
    return quantity


def _day(value: str) -> date:
    try:
        day = parse_day(value)
    except ValueError:
        raise Problem(text("Write a date that exists, for example 21/11/2026.")) from None
    if not EARLIEST <= day <= LATEST:
        raise Problem(text("Write a date between {first} and {last}.", first=EARLIEST.year, last=LATEST.year))
    return day


def _line(value: str) -> str:
    """One line, so that it fits into the subject of an e-mail or the name of a file."""
    return " ".join(value.splitlines())


_PARSERS: dict[Any, Callable[[str], Any]] = {str: _line, Lines: str, int: _rupiah, Quantity: _quantity, date: _day}
