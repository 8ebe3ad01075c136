"""Employees on their way out: exactly those of a filtered list, in a file that an import understands."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.crypto import keyring
from tatausaha.core.errors import NotFound, Unavailable
from tatausaha.core.exports import Column, Kind, Record, write_chunks
from tatausaha.core.i18n import current_language, gettext, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.files import WRITERS
from tatausaha.core.masking import masked
from tatausaha.core.outbox import JobView
from tatausaha.people import secrets
from tatausaha.people.jobs import ExportPeople
from tatausaha.people.rules import today
from tatausaha.people.search import SORTS, Sort, Wanted, Where
from tatausaha.people.service.comparing import ENROLMENTS
from tatausaha.people.spreadsheet import CONTRACT_KINDS, DAYS, FIELDS, GENDERS, HIDDEN, MONEY, TAX_METHODS

CHUNK = 1000
MOST_ALLOWANCES = 50
LEFT_OUT = ("pay_from",)
Progress = Callable[[int, int | None], None]

_IN_FORCE = "p.starts_on <= {day} and (p.ends_on is null or p.ends_on >= {day})"
_ROWS = """
select e.*, k.kind as contract_kind, k.starts_on as contract_starts_on, k.ends_on as contract_ends_on, p.paid
from employee e
left join lateral (select kind, starts_on, ends_on from contract k where k.employee_id = e.id
  order by k.starts_on desc limit 1) k on true
left join lateral (select jsonb_object_agg(p.code || ':' || p.name, p.amount) as paid from pay_component p
  where p.employee_id = e.id and p.code in ('basic', 'fixed_allowance') and {in_force}) p on true
where {where} order by e.{column} {order}, e.id {order}
"""


class Exported(msgspec.Struct, frozen=True):
    """A finished export's document."""

    id: UUID
    name: str
    size: int


async def order(wanted: Wanted, sort: Sort, format: str, reason: str) -> UUID:
    """Have a client's filtered employees written to a file; gives the export's id.

    Identity and account numbers are masked, unless there is a reason for whole ones.
    """
    export_id = uuid7()
    words = (await keyring()).seal("search", wanted.q).hex()
    hidden = msgspec.structs.replace(wanted, q="")
    job = ExportPeople(export_id, hidden, words, sort, format, reason, current_language())
    await outbox.enqueue(job, once_key=str(export_id), client_id=wanted.client_id, link=f"/people/exports/{export_id}")
    return export_id


async def get(export_id: UUID) -> tuple[JobView, Exported | None]:
    """The export's job and, once it is done, its document. `NotFound` when there is none."""
    job_id = await db.value("select id from job where kind = $1 and once_key = $2", ExportPeople.kind, str(export_id))
    if job_id is None:
        raise NotFound(text("This export does not exist."))
    document = await db.row(Exported, "select id, name, size from document where subject_id = $1", export_id)
    return await outbox.get_job(job_id), document


async def write(job: ExportPeople, target: Path, progress: Progress) -> str:
    """Write the rows to `target` by a cursor of the open scope; gives the file's name for people.

    The rows written are compared with a count of their own: a short file never passes for a whole one.
    """
    client, zone = await _client(job.wanted)
    wanted = msgspec.structs.replace(job.wanted, q=(await keyring()).open("search", bytes.fromhex(job.words)))
    where = Where(wanted, today(zone), await secrets.nik_index(wanted.q.strip()))
    where.add("e.restricted_at is null")  # restricted data are kept and not used
    expected = await db.value(f"select count(*) from employee e where {where}", *where.arguments)  # noqa: S608
    names = await _allowance_names(job.wanted)
    columns = [*_columns(), *(Column(f"paid:{name}", name, "money") for name in names)]
    written = await write_chunks(
        partial(WRITERS[job.format], target, columns),
        _chunks(job, where, names, lambda done: progress(done, expected)),
    )
    if written != expected:
        raise Unavailable(text("The list changed while it was being written; it is tried again."))
    await audit.saw(
        "employees",
        job.export_id,
        job.wanted.client_id,
        action="exported",
        count=written,
        reason=job.reason,
        whole=bool(job.reason),
    )
    return f"{gettext('Employees')} {client}.{job.format}"


async def _client(wanted: Wanted) -> tuple[str, str]:
    record = (await db.records("select name, time_zone from client where id = $1", wanted.client_id))[0]
    return record["name"], record["time_zone"]


async def _allowance_names(wanted: Wanted) -> list[str]:
    found = await db.records(
        "select distinct name from pay_component where client_id = $1 and code = 'fixed_allowance' and name <> ''"
        " order by name limit $2",
        *(wanted.client_id, MOST_ALLOWANCES),
    )
    return [record["name"] for record in found]


def _columns() -> list[Column]:
    kinds: dict[str, Kind] = {**dict.fromkeys(MONEY, "money"), **dict.fromkeys(DAYS, "day")}
    return [Column(one.name, one.label, kinds.get(one.name, "text")) for one in FIELDS if one.name not in LEFT_OUT]


async def _chunks(
    job: ExportPeople, where: Where, names: list[str], tell: Callable[[int], None]
) -> AsyncIterator[list[Record]]:
    in_force = _IN_FORCE.format(day=where.bind(today()))
    column, order = SORTS[job.sort.key][0], "desc" if job.sort.down else "asc"
    query = _ROWS.format(where=where, column=column, order=order, in_force=in_force)
    keys = await keyring()
    chunk: list[Record] = []
    done = 0
    async for record in db.stream(query, *where.arguments, size=CHUNK):
        chunk.append(_record(secrets.opened(keys, record), names, whole=bool(job.reason)))
        if len(chunk) == CHUNK:
            done += CHUNK
            yield chunk
            tell(done)
            chunk = []
    yield chunk
    tell(done + len(chunk))


def _record(row: dict[str, Any], names: list[str], *, whole: bool) -> dict[str, Any]:
    paid = row.pop("paid") or {}
    row |= {"basic": paid.get("basic:"), "fixed_allowance": paid.get("fixed_allowance:")}
    row |= {f"paid:{name}": paid.get(f"fixed_allowance:{name}") for name in names}
    row |= {name: gettext("Yes") if row[name] else gettext("No") for name in ENROLMENTS}
    row["gender"] = gettext(GENDERS[row["gender"]][0]) if row["gender"] else ""
    row["tax_method"] = TAX_METHODS[row["tax_method"]][0]
    row["contract_kind"] = CONTRACT_KINDS[row["contract_kind"]][0] if row["contract_kind"] else ""
    if not whole:
        row |= {name: masked(row[name]) if row[name] else "" for name in HIDDEN}
    return row
