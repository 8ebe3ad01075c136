"""Figures of a report: one select, whose rows are shown, written to files, summed and charted where they are kept."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from tatausaha.core import db

CHUNK = 1000
COUNT = "count"
_SUM, _GROUPS = "sum:", "groups"


class Figures(msgspec.Struct, frozen=True):
    """A select without an order, its values, and the order of its rows, which must leave no two of them equal."""

    select: str
    values: tuple[Any, ...]
    order: str


class Grouping(msgspec.Struct, frozen=True):
    """Sums of `keys` by `label`: the first groups in an order such as `2 desc`, where 1 is the label and 2 the first key.

    With `1 desc` the last ones, given from the earlier to the later.
    """

    label: str
    keys: tuple[str, ...]
    order: str
    most: int


class Look(msgspec.Struct, frozen=True):
    """The first rows; the sums over all rows, with their number as `count`; and groups, each with its `label` as text."""

    rows: list[dict[str, Any]]
    sums: dict[str, int]
    groups: list[dict[str, Any]]


async def look(figures: Figures, limit: int, keys: Sequence[str], grouping: Grouping | None = None) -> Look:
    """The first rows, the sums of `keys` over all of them, and groups: all from one reckoning of the select."""
    sums = "".join(f', {_sum(key)} as "{_SUM}{key}"' for key in keys)
    # A generic plan knows neither days nor place, and would read all of them.
    await db.execute("set local plan_cache_mode = force_custom_plan")
    found = await db.records(
        f"with reckoned as materialized ({figures.select}),"  # noqa: S608 - own columns
        f' sums as (select count(*)::bigint as "{_SUM}{COUNT}"{sums}, {_grouped(grouping)} as {_GROUPS} from reckoned)'
        f" select * from sums left join lateral (select * from reckoned order by {figures.order} limit {limit}) first"
        f" on true order by {figures.order}",
        *figures.values,
    )
    totals = {key: found[0][f"{_SUM}{key}"] for key in (COUNT, *keys)}
    groups = found[0][_GROUPS] or []
    if grouping and grouping.order == "1 desc":
        groups.reverse()
    rows = [dict(record) for record in found] if limit and totals[COUNT] else []
    for row in rows:
        for key in (_GROUPS, *(f"{_SUM}{key}" for key in totals)):
            del row[key]
    return Look(rows, totals, groups)


async def first_rows(figures: Figures, limit: int) -> list[dict[str, Any]]:
    """The first rows, in their order."""
    return [dict(record) for record in await db.records(f"{_ordered(figures)} limit {limit}", *figures.values)]


async def sum_up(figures: Figures, keys: Sequence[str]) -> dict[str, int]:
    """The sum of each column over all rows, and their number as `count`."""
    sums = "".join(f", {_sum(key)} as {key}" for key in keys)
    query = f"select count(*)::bigint as {COUNT}{sums} from ({figures.select}) reckoned"  # noqa: S608 - own columns
    return dict((await db.records(query, *figures.values))[0])


async def stream_rows(figures: Figures) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows in their order, some at a time, in constant memory."""
    chunk: list[dict[str, Any]] = []
    async for record in db.stream(_ordered(figures), *figures.values, size=CHUNK):
        chunk.append(dict(record))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _grouped(grouping: Grouping | None) -> str:
    if grouping is None:
        return "null::jsonb"
    sums = ", ".join(f"{_sum(key)} as {key}" for key in grouping.keys)
    return (
        f"(select jsonb_agg(g) from (select ({grouping.label})::text as label, {sums} from reckoned group by 1"  # noqa: S608
        f" order by {grouping.order} limit {grouping.most}) g)"
    )


def _ordered(figures: Figures) -> str:
    return f"select * from ({figures.select}) reckoned order by {figures.order}"  # noqa: S608 - own columns


def _sum(key: str) -> str:
    return f"coalesce(sum({key}), 0)::bigint"
