"""Parameters as Stripe reads them: brackets taken apart, every name and value checked against the SDK's own typed parameters.

What an endpoint takes is not written down here a second time: the SDK is made from Stripe's OpenAPI description, so that
a name it does not know is a name that Stripe would refuse.
"""

import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin

import typing_extensions
from stripe import RequestOptions

from tests.stripe_double.problems import Problem, missing

Tree = dict[str, Any]
WRAPPERS = {NotRequired, Required, Annotated, typing_extensions.NotRequired, typing_extensions.Required}
NO_PARAMETERS = set(RequestOptions.__annotations__)


def read(pairs: Iterable[tuple[str, str]], accepted: type) -> Tree:
    """The checked parameters of a call, with whole numbers, truth values and lists as such. Raises Problem."""
    return _typed_dict(_nest(pairs), accepted, "")


def _nest(pairs: Iterable[tuple[str, str]]) -> Tree:
    """`items[0][price]=x` as {"items": {"0": {"price": "x"}}}."""
    found: Tree = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        at = found
        keys = [first, *rest]
        for key in keys[:-1]:
            at = at.setdefault(key, {})
            if not isinstance(at, dict):
                raise Problem(f"Invalid parameter: {name}", param=name)
        last = keys[-1] or str(len(at))
        at[last] = value
    return found


def _typed_dict(value: Tree, accepted: type, path: str) -> Tree:
    known = _fields(accepted)
    for name in value:
        if name not in known:
            where = _inside(path, name)
            raise Problem(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name in accepted.__required_keys__ - NO_PARAMETERS:  # type: ignore[attr-defined]
        if name not in value:
            raise missing(_inside(path, name))
    return {name: _value(given, known[name], _inside(path, name)) for name, given in value.items()}


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


@cache
def _fields(accepted: type) -> dict[str, Any]:
    around = vars(sys.modules[accepted.__module__]) | {"StripeContext": str}
    return {
        name: _resolved(hint, around) for name, hint in accepted.__annotations__.items() if name not in NO_PARAMETERS
    }


def _resolved(hint: Any, around: dict[str, Any]) -> Any:
    """A hint without its wrappers, its names looked up where they were written."""
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        return _resolved(eval(hint, dict(around)), around)
    if get_origin(hint) in WRAPPERS:
        return _resolved(get_args(hint)[0], around)
    if get_origin(hint) in (Union, UnionType):
        options: list[Any] = []
        for one in get_args(hint):
            inner = _resolved(one, around)
            options += get_args(inner) if get_origin(inner) in (Union, UnionType) else [inner]
        return Union[tuple(options)]  # noqa: UP007 - of options known only now
    if get_origin(hint) is list:
        return list[_resolved(get_args(hint)[0], around)]  # type: ignore[misc]
    return hint


def _value(value: Any, hint: Any, path: str) -> Any:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    literals = [word for one in options if get_origin(one) is Literal for word in get_args(one)]
    if isinstance(value, str):
        return _scalar(value, options, literals, path)
    for one in options:
        if get_origin(one) is list:
            return [_value(inner, get_args(one)[0], f"{path}[{index}]") for index, inner in _entries(value, path)]
        if typing_extensions.is_typeddict(one):
            return _typed_dict(value, one, path)
        if _is_mapping(one):
            return {name: _text(inner, f"{path}[{name}]") for name, inner in value.items()}
    raise Problem(f"Invalid value for {path}: it takes no {'list or object'}", param=path)


def _entries(value: Tree, path: str) -> list[tuple[str, Any]]:
    if not all(key.isdigit() for key in value):
        raise Problem("Invalid array", param=path)
    return sorted(value.items(), key=lambda entry: int(entry[0]))


def _is_mapping(hint: Any) -> bool:
    named = get_origin(hint) or hint
    return named is dict or getattr(named, "__name__", "") == "UntypedStripeObject"


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise Problem(f"Invalid string: {path}", param=path)
    return value


def _scalar(value: str, options: tuple[Any, ...], literals: list[str], path: str) -> Any:
    """One word, by what it may be. A set of words is closed, though the SDK lets any string stand for what comes later."""
    if value in literals:
        return value
    if bool in options and value in ("true", "false"):
        return value == "true"
    if int in options and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if (float in options or Decimal in options) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return Decimal(value)
    words = [word for word in literals if word]
    if str in options and not words:
        return value
    allowed = f" must be one of {', '.join(words)}" if words else f" cannot be {value!r}"
    raise Problem(f"Invalid {path}:{allowed}", param=path)
