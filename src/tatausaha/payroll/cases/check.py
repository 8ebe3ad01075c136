"""Checks the rules against published or constructed examples, one JSON object on each line of a file.

A case has `id`, `kind`, `inputs` and `expected`. Every expected figure is computed by the rules of the product and
compared exactly; a kind that is not built is skipped by name.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import msgspec

from tatausaha.core.i18n import use_language
from tatausaha.core.money import round_ratio
from tatausaha.payroll.cases.inputs import CaseError, Inputs, decimal_of
from tatausaha.payroll.cases.kinds import KINDS
from tatausaha.payroll.rules.errors import RuleError

# A printed fraction of so many places is the cut of an endless one, and is compared at its own length.
_ENDLESS_PLACES = 6


class Result(msgspec.Struct, frozen=True):
    """What became of one case; `differences` has a sentence for each field that is not as expected."""

    name: str
    kind: str
    outcome: Literal["passed", "failed", "skipped"]
    differences: tuple[str, ...] = ()


def check_file(path: Path, write: Callable[[str], None]) -> bool:
    """Run every case of a file, write what differs and the totals; True if no case failed."""
    with path.open("rb") as file:
        results = list(run_cases(file))
    for result in results:
        if result.outcome == "failed":
            write(f"{result.name} ({result.kind or 'no kind'}) differs:")
            for difference in result.differences:
                write(f"  {difference}")
    for kind, count in sorted(Counter(r.kind for r in results if r.outcome == "skipped").items()):
        write(f"skipped: {kind} ({count}), not built")
    counts = Counter(result.outcome for result in results)
    write(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return not counts["failed"]


def run_cases(lines: Iterable[bytes]) -> Iterator[Result]:
    """The result of each line; empty lines are passed over, a line that is no case fails with its number."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _read(line)
        except CaseError as error:
            yield Result(f"line {number}", "", "failed", (str(error),))
        else:
            yield check_case(case)


def check_case(case: dict[str, Any]) -> Result:
    """Compare what the rules say to a case's inputs with what it expects."""
    name, kind = case["id"], case["kind"]
    if kind not in KINDS:
        return Result(name, kind, "skipped")
    try:
        with use_language("en"):
            actual = KINDS[kind](Inputs(case["inputs"]))
            found = tuple(_differences(case["expected"], actual, ""))
    except RuleError as error:
        with use_language("en"):
            found = (f"refused: {error}",)
    except CaseError as error:
        found = (str(error),)
    return Result(name, kind, "failed" if found else "passed", found)


def _read(line: bytes) -> dict[str, Any]:
    try:
        case = json.loads(line.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise CaseError(f"not readable as JSON: {error}") from error
    if not isinstance(case, dict):
        raise CaseError("not a JSON object")
    for field, kind in {"id": str, "kind": str, "inputs": dict, "expected": dict}.items():
        if not isinstance(case.get(field), kind):
            raise CaseError(f"“{field}” is missing or of the wrong kind")
    if not case["expected"]:
        raise CaseError("“expected” is empty: nothing to compare")
    return case


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _differences(expected: Any, actual: Any, path: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            here = f"{path}.{key}" if path else key
            if key in actual:
                yield from _differences(value, actual[key], here)
            else:
                yield f"{here}: expected {_show(value)}, but the rules compute no such figure"
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: expected {len(expected)} entries, got {len(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False), 1):
            yield from _differences(one, other, f"{path}[{index}]")
    elif not _same(expected, actual):
        yield f"{path}: expected {_show(expected)}, got {_show(actual)}"


def _same(expected: Any, actual: Any) -> bool:
    wanted = decimal_of(expected)
    if wanted is None or isinstance(actual, bool) or not isinstance(actual, int | Decimal | Fraction):
        return type(expected) is type(actual) and bool(expected == actual)
    exact = Fraction(actual)
    if exact == Fraction(wanted):
        return True
    places = -int(wanted.as_tuple().exponent)
    if places < _ENDLESS_PLACES:
        return False
    scaled = exact * 10**places
    printed = int(wanted.scaleb(places))
    return printed in {round_ratio(scaled.numerator, scaled.denominator, way) for way in ("floor", "half_up")}


def _show(value: Any) -> str:
    if isinstance(value, Fraction):
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        return format(decimal, "f")
    if isinstance(value, Decimal) and decimal_of(value) is not None:
        return format(value.normalize(), "f")
    return str(value)
