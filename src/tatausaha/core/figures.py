"""Figures of a report: one select, whose rows are shown, written to files, summed and charted where they are kept."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from tatausaha.core import db

CHUNK = 1000
COUNT = "count"


class Figures(msgspec.Struct, frozen=True):
    """A select without an order, its values, and the order of its rows, which must leave no two of them equal."""

    select: str
    values: tuple[Any, ...]
    order: str


class Groups(msgspec.Struct, frozen=True):
    """Figures summed by one column: the label of each group, and a sum for each key."""

    labels: list[str]
    sums: dict[str, list[int]]


async def first_rows(figures: Figures, limit: int) -> list[dict[str, Any]]:
    """The first rows, in their order."""
    return [dict(record) for record in await db.records(_ordered(figures, limit), *figures.values)]


async def sum_up(figures: Figures, keys: Sequence[str]) -> dict[str, int]:
    """The sum of each column over all rows, and their number as `count`."""
    sums = "".join(f", {_sum(key)}" for key in keys)
    query = f"select count(*)::bigint as {COUNT}{sums} from ({figures.select}) rows"  # noqa: S608 - own columns
    return dict((await db.records(query, *figures.values))[0])


async def sum_groups(figures: Figures, label: str, keys: Sequence[str], order: str, limit: int) -> Groups:
    """The sums by `label`: the first groups in an order such as `2 desc`, where 1 is the label and 2 the first key.

    With `1 desc` the last ones, given from the earlier to the later.
    """
    sums = ", ".join(_sum(key) for key in keys)
    query = f"select {label} as label, {sums} from ({figures.select}) rows group by 1 order by {order} limit {limit}"  # noqa: S608
    found = await db.records(query, *figures.values)
    if order == "1 desc":
        found.reverse()
    return Groups([record["label"] for record in found], {key: [record[key] for record in found] for key in keys})


async def stream_rows(figures: Figures) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows in their order, some at a time, in constant memory."""
    chunk: list[dict[str, Any]] = []
    async for record in db.stream(_ordered(figures, None), *figures.values, size=CHUNK):
        chunk.append(dict(record))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _ordered(figures: Figures, limit: int | None) -> str:
    most = "" if limit is None else f" limit {limit}"
    return f"select * from ({figures.select}) rows order by {figures.order}{most}"  # noqa: S608 - own columns


def _sum(key: str) -> str:
    return f"coalesce(sum({key}), 0)::bigint as {key}"
