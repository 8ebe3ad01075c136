"""The inputs of an example, read field by field."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_MOST_DIGITS = 18


class CaseError(Exception):
    """An example that cannot be read; the sentence says which field and why."""


class Inputs:
    """The inputs of a case, read field by field with a sentence for what is missing or of the wrong kind."""

    def __init__(self, values: Mapping[str, Any], path: str = "inputs") -> None:
        self.values = values
        self.path = path

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def has_any(self, *names: str) -> bool:
        return any(self.has(name) for name in names)

    def amount(self, *names: str, default: int | None = None) -> int:
        """Whole rupiah, or a whole count, under the first of the names that is given."""
        value = self._first(names, default)
        number = decimal_of(value)
        if number is None or number != number.to_integral_value():
            raise CaseError(f"{self.path}.{names[0]} is not a whole number: {value}")
        return int(number)

    def exact(self, name: str) -> Decimal:
        number = decimal_of(self._first((name,), None))
        if number is None:
            raise CaseError(f"{self.path}.{name} is not a number")
        return number

    def word(self, name: str, default: str | None = None) -> str:
        value = self._first((name,), default)
        if not isinstance(value, str):
            raise CaseError(f"{self.path}.{name} is not a text: {value}")
        return value

    def flag(self, *names: str, default: bool) -> bool:
        value = self._first(names, default)
        if not isinstance(value, bool):
            raise CaseError(f"{self.path}.{names[0]} is neither true nor false: {value}")
        return value

    def group(self, name: str) -> "Inputs":
        """The fields of an object inside; none if it is absent."""
        path = f"{self.path}.{name}"
        return Inputs(_object(self.values.get(name) or {}, path), path)

    def groups(self, name: str) -> "list[Inputs]":
        path = f"{self.path}.{name}"
        return [Inputs(_object(value, path), path) for value in self.rows(name)]

    def rows(self, name: str) -> list[Any]:
        value = self.values.get(name) or []
        if not isinstance(value, list):
            raise CaseError(f"{self.path}.{name} is not a list")
        return value

    def _first(self, names: tuple[str, ...], default: Any) -> Any:
        for name in names:
            if self.has(name):
                return self.values[name]
        if default is None:
            raise CaseError(f"{self.path}.{names[0]} is missing")
        return default


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"{path} is not an object: {value}")
    return value


def decimal_of(value: Any) -> Decimal | None:
    """The number that a JSON value is or, as a text, writes; None if it is no number or one of absurd size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None
