"""Tabular reports: what one is, and what is read for its page. A report is a name, parameters, columns and one select."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from tatausaha.core import figures
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import Period, format_day
from tatausaha.core.exports import Column
from tatausaha.core.figures import Figures, Grouping
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import Rupiah, format_rupiah, round_ratio
from tatausaha.payroll.payslips import month_name
from tatausaha.reports.shop.asked import Asked
from tatausaha.stock.queries import items, places

SHOWN = 200
Parameter = Literal["span", "until", "place", "category", "item", "days", "by"]
Record = dict[str, Any]
UNNAMED = text("None named")


class Draw(msgspec.Struct, frozen=True):
    """A chart: sums of `keys` by the column `label`, which holds `labels`; without one, the totals beside
    each other. Without an order it is the first rows themselves."""

    title: Text
    keys: tuple[str, ...]
    kind: Literal["bar", "stacked", "line"] = "bar"
    label: str = ""
    order: str = "2 desc"
    most: int = 12
    labels: Literal["words", "days", "months"] = "words"
    unit: Literal["rupiah", "number"] = "rupiah"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A tabular report.

    `says` tells what it answers, `method` how it is counted. `sums` are the columns that add up; `derive` works out further
    columns, of a row and of the totals alike. `choices` are what it may be told apart `by`.
    """

    name: str
    title: Text
    service: str
    says: Text
    method: Text
    parameters: tuple[Parameter, ...]
    columns: Callable[[Asked], tuple[Column, ...]]
    figures: Callable[[Asked], Figures]
    sums: tuple[str, ...] = ()
    derive: Callable[[Record], Record] = dict
    choices: Mapping[str, Text] = {}
    draw: Callable[[Asked], Draw | None] = lambda _: None

    def chosen(self, asked: Asked) -> Text | None:
        """What it is told apart by, where there is a choice."""
        return self.choices.get(asked.by)


class Shown(msgspec.Struct, frozen=True):
    """What the page of a report shows: the first rows, and the totals and charts of all of them."""

    report: Report
    asked: Asked
    columns: tuple[Column, ...]
    rows: list[Record]
    count: int
    totals: Record
    chart: Chart | None


class Options(msgspec.Struct, frozen=True):
    """What may be chosen from in the page's filters, and how the chosen place and item are called."""

    places: list[tuple[str, str]]
    categories: list[str]
    place: str = ""
    item: str = ""
    item_code: str = ""


async def read_shown(report: Report, asked: Asked, limit: int = SHOWN) -> Shown:
    """The report as its page shows it. Needs the scope."""
    draw = report.draw(asked)
    grouping = Grouping(draw.label, draw.keys, draw.order, draw.most) if draw and draw.label and draw.order else None
    seen = await figures.look(report.figures(asked), limit, report.sums, grouping)
    totals = report.derive(seen.sums)
    count = totals.pop(figures.COUNT)
    chart = _draw(report, asked, draw, totals, seen.groups or seen.rows[: draw.most]) if draw and count else None
    return Shown(report, asked, report.columns(asked), [report.derive(row) for row in seen.rows], count, totals, chart)


async def read_totals(report: Report, asked: Asked) -> Record:
    """The totals of all rows, counted where they are kept, with their number as `count`."""
    return report.derive(await figures.sum_up(report.figures(asked), report.sums))


async def read_options(report: Report, asked: Asked) -> Options:
    """The choices of the filters. Needs the scope."""
    found = await places.list_places(asked.client_id) if "place" in report.parameters else []
    item = (await items.list_refs([asked.item_id])).get(asked.item_id) if asked.item_id else None
    return Options(
        [(str(one.id), one.name) for one in found],
        await items.list_categories(asked.client_id) if "category" in report.parameters else [],
        next((one.name for one in found if one.id == asked.place_id), ""),
        item.name if item else "",
        item.code if item else "",
    )


def address_of(report: Report, asked: Asked) -> dict[str, str]:
    """The parameters as the address and the form of files have them."""
    given = {
        "client": asked.client_id,
        "from": asked.first if "span" in report.parameters else None,
        "to": asked.last if {"span", "until"} & set(report.parameters) else None,
        "place": asked.place_id,
        "category": asked.category,
        "item": asked.item_id,
        "days": asked.days if "days" in report.parameters else None,
        "by": asked.by,
    }
    return {name: str(value) for name, value in given.items() if value}


def said_parameters(report: Report, asked: Asked, options: Options) -> list[str]:
    """What was asked, as sentences below the title of a file."""
    said = [options.place, asked.category, f"{options.item_code} {options.item}".strip()]
    chosen = report.chosen(asked)
    if chosen:
        said.append(render(chosen))
    if "days" in report.parameters:
        said.append(render(text("{days} days and more", days=asked.days)))
    return [one for one in said if one]


def period_of(report: Report, asked: Asked) -> str:
    """The days of a report in words."""
    language = current_language()
    if "span" in report.parameters:
        return render(
            text("{first} to {last}", first=format_day(asked.first, language), last=format_day(asked.last, language))
        )
    return format_day(asked.last if "until" in report.parameters else asked.today, language)


def share(part: int, whole: int) -> int | None:
    """A part of a whole in parts per 100,000; none of nothing."""
    return round_ratio(part * 100_000, whole) if whole > 0 else None


def _draw(report: Report, asked: Asked, draw: Draw, totals: Record, groups: list[Record]) -> Chart:
    names = {column.key: render(column.label) for column in report.columns(asked)}
    title = render(draw.title)
    if draw.label:
        labels = [_label(draw, group["label"] if draw.order else group[draw.label]) for group in groups]
        series = [Series(name=names[key], values=[group[key] for group in groups]) for key in draw.keys]
    else:
        labels = [names[key] for key in draw.keys]
        series = [Series(name=title, values=[totals[key] for key in draw.keys])]
    return Chart(title, _said(draw, labels, series[0]["values"]), draw.kind, labels, series, draw.unit)


def _said(draw: Draw, labels: Sequence[str], values: Sequence[Rupiah]) -> str:
    """What one sees: the highest, by name."""
    best = max(range(len(values)), key=values.__getitem__)
    amount = format_rupiah(values[best], current_language()) if draw.unit == "rupiah" else str(values[best])
    return render(text("Highest: {label}, {amount}.", label=labels[best], amount=amount))


def _label(draw: Draw, label: str) -> str:
    if draw.labels == "days":
        day = date.fromisoformat(label)
        return f"{day.day}/{day.month}"
    return month_name(Period.parse(label)) if draw.labels == "months" else label or render(UNNAMED)
