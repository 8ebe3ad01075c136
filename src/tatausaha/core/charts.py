"""What a chart draws and says, as `components/chart.html` takes it."""

from typing import Literal, TypedDict

import msgspec


class Series(TypedDict):
    """One row of values under the labels."""

    name: str
    values: list[int]


class Chart(msgspec.Struct, frozen=True):
    """A chart as `components/chart.html` draws it; `summary` says what one sees."""

    title: str
    summary: str
    kind: Literal["bar", "stacked", "line"]
    labels: list[str]
    series: list[Series]
    unit: Literal["rupiah", "number"] = "rupiah"
