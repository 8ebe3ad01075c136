"""The record of processing (UU 27/2022 Pasal 31), written from the registry and from what is really in use."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.dates import format_day, format_moment
from tatausaha.core.exports import Column
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.report_sheets import Report
from tatausaha.people.rules import today
from tatausaha.privacy.queries import record as queries
from tatausaha.privacy.queries import retention
from tatausaha.privacy.queries.record import Holding, Processor, Receiving
from tatausaha.privacy.rules import law, places
from tatausaha.privacy.rules.kinds import KINDS, Kind
from tatausaha.privacy.rules.retention import InForce

TITLE = text("Record of processing of personal data")
TEMPLATE = "privacy/sheet.typ"
COLUMNS = (
    Column("kind", text("Kind of data")),
    Column("purpose", text("Purpose")),
    Column("basis", text("Basis")),
    Column("receivers", text("Who receives it")),
    Column("kept", text("Kept")),
    Column("encrypted", text("Encrypted")),
    Column("people", text("People"), "number"),
    Column("oldest", text("Oldest record"), "day"),
    Column("newest", text("Newest record"), "day"),
    Column("where", text("Where")),
)
TABLES: dict[str, Text] = {
    "contract": text("contracts"),
    "pay_component": text("pay components"),
    "tax_opening": text("openings of the tax year"),
    "pay_input": text("entries of the month"),
    "pay_problem": text("problems of a run"),
    "slip": text("payslips"),
    "pay_run": text("corrections"),
    "employee": text("employees"),
    "privacy_request": text("requests"),
    "legal_hold": text("legal holds"),
    "destruction": text("destructions"),
    "audit_event": text("access log"),
    "change_request": text("change requests"),
}


class Line(msgspec.Struct, frozen=True):
    """One kind of data of one client."""

    kind: Kind
    rule: InForce | None
    places: list[str]
    people: int | None
    oldest: datetime | None
    newest: datetime | None
    encrypted: bool
    processors: list[str]


class ProcessingRecord(msgspec.Struct, frozen=True):
    """The record of one client, as of now."""

    client_name: str
    time_zone: str
    lines: list[Line]
    receiving: Receiving
    processors: list[Processor]


async def read(client_id: UUID, client_name: str, time_zone: str) -> ProcessingRecord:
    """Count what there is, and join it with what the registry says."""
    holdings = {one.place: one for one in await queries.list_holdings(client_id)}
    rules = await retention.rules_on(today(time_zone))
    processors = await queries.list_processors(client_id)
    lines = [
        line for kind in KINDS.values() if (line := _line(kind, holdings, rules.get(kind.retention), processors)).places
    ]
    return ProcessingRecord(client_name, time_zone, lines, await queries.get_receiving(client_id), processors)


def _line(kind: Kind, holdings: dict[str, Holding], rule: InForce | None, processors: list[Processor]) -> Line:
    mine = [place for place in places.PERSON if kind.word in place.kinds]
    counted = [holdings[place.table] for place in mine]
    return Line(
        kind,
        rule,
        [render(TABLES[place.table]) for place in mine],
        max((one.people for one in counted if one.people is not None), default=None),
        min((one.oldest for one in counted if one.oldest), default=None),
        max((one.newest for one in counted if one.newest), default=None),
        any(name in place.sealed for place in mine for name in place.columns[kind.word]),
        [one.name for one in processors if kind.word in one.kinds],
    )


def rows(record: ProcessingRecord) -> list[dict[str, Any]]:
    """The lines as exports take them."""
    return [
        {
            "kind": render(line.kind.label),
            "purpose": render(line.kind.purpose),
            "basis": render(line.kind.basis),
            "receivers": "; ".join([render(line.kind.receivers), *line.processors]),
            "kept": _kept(line.rule),
            "encrypted": render(text("Yes")) if line.encrypted else render(text("No")),
            "people": line.people,
            "oldest": line.oldest and line.oldest.date(),
            "newest": line.newest and line.newest.date(),
            "where": ", ".join(line.places),
        }
        for line in record.lines
    ]


def report(record: ProcessingRecord, now: datetime) -> Report:
    """The frame of the XLSX."""
    return Report(TITLE, [record.client_name, _as_of(record, now)], COLUMNS)


def sheet(record: ProcessingRecord, now: datetime) -> dict[str, Any]:
    """The data that `privacy/sheet.typ` sets."""
    language = current_language()
    lines = [[_plain(row[column.key], language) for column in COLUMNS] for row in rows(record)]
    duties = [
        [
            one.article,
            render(one.duty),
            render(one.met),
            "" if one.read else render(text("to be confirmed by a lawyer")),
        ]
        for one in law.DUTIES
    ]
    return {
        "language": language,
        "title": render(TITLE),
        "client": record.client_name,
        "subtitle": _as_of(record, now),
        "facts": [],
        "tables": [
            {"title": "", "columns": [render(one.label) for one in COLUMNS], "widths": WIDTHS, "rows": lines},
            {
                "title": render(text("Duties and how they are met")),
                "columns": [render(one) for one in DUTY_COLUMNS],
                "widths": [1, 4, 5, 2],
                "rows": duties,
            },
        ],
        "notes": [render(text("Articles as stated on {day}.", day=format_day(law.STATED_ON, language)))],
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "landscape": True,
    }


WIDTHS = [4, 5, 4, 6, 3, 2, 2, 3, 3, 4]
DUTY_COLUMNS = ("Pasal", text("Duty"), text("How it is met"), text("Doubt"))


def _kept(rule: InForce | None) -> str:
    if rule is None:
        return ""
    return render(text("{months} months from {start}", months=rule.months, start=render(rule.rule.counted_from)))


def _as_of(record: ProcessingRecord, now: datetime) -> str:
    return render(text("As of {moment}", moment=format_moment(now, record.time_zone, current_language())))


def _plain(value: Any, language: Any) -> str:
    if value is None:
        return "–"
    return format_day(value, language) if hasattr(value, "isoformat") else str(value)
