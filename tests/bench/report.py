"""What was measured against what was aimed at."""

from collections.abc import Sequence
from pathlib import Path

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """One figure with its target; `most` means that the figure may not be above it, else not below."""

    name: str
    value: float
    unit: str
    target: float
    most: bool = False
    note: str = ""

    @property
    def passes(self) -> bool:
        return self.value <= self.target if self.most else self.value >= self.target


def show(measures: Sequence[Measure]) -> None:
    for one in measures:
        verdict = "PASS      " if one.passes else "FALL SHORT"
        aim = f"{'at most' if one.most else 'at least'} {one.target:g}"
        print(f"{verdict}  {one.name:58} {one.value:>10,.2f} {one.unit:9} {aim:16} {one.note}", flush=True)


def write(measures: Sequence[Measure], target: Path) -> None:
    found = [{**msgspec.structs.asdict(one), "passes": one.passes} for one in measures]
    target.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
