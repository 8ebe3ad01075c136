"""Ids of others in every other place than the path: query, header and body, between two providers, both ways."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.payroll.jobs import MakeRunDocuments
from tests.api import Program, program_of
from tests.make import Office, drain
from tests.test_isolation import SECRET, Ids, cases, furnish

PARAMETERS = ("client", "client_id", "tenant_id", "employee", "run", "month", "after", "before", "q", "id", "subject")
HEADERS = (
    "X-Tenant-Id",
    "X-Client-Id",
    "X-Forwarded-User",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
)
NEW = {"number": "77", "name": "Sari", "ptkp": "TK/0", "joined_on": "2026-01-05", "basic": 5_000_000}


class Sides:
    """Two furnished providers, each with a person and a program."""

    def __init__(self, offices: tuple[Office, Office], ids: tuple[Ids, Ids], programs: tuple[Program, Program]) -> None:
        self.offices, self.ids, self.programs = offices, ids, programs

    def ways(self) -> Iterator[tuple[Office, Program, Ids, Ids]]:
        """Each side's person and program, the own ids and those of the other side."""
        for here, there in ((0, 1), (1, 0)):
            yield self.offices[here], self.programs[here], self.ids[here], self.ids[there]


@pytest.fixture
async def sides(office: Office, other_office: Office) -> Sides:
    ids = (await furnish(office, office.client_id), await furnish(other_office, other_office.client_id))
    for one in (office, other_office):
        async with one.scope():
            await db.execute("update client set name = 'PT Polos'")
            await db.execute("update provider set name = 'PT ' || $1", one.tenant_id.hex)
    programs = (await program_of(office, "owner"), await program_of(other_office, "owner"))
    return Sides((office, other_office), ids, programs)


def foreign_values(foreign: Ids) -> list[UUID]:
    return [foreign["client_id"], foreign["employee_id"], foreign["run_id"], foreign["slip_id"]]


async def test_foreign_ids_in_query_and_headers_show_nothing_of_others(app: Litestar, sides: Sides) -> None:
    lists = [case for case in cases(app) if case.method == "GET" and not case.names and "owner" in case.roles]
    for here, program, _, foreign in sides.ways():
        telltales = [str(value) for value in foreign_values(foreign)] + [other_tenant(sides, here).hex]
        for case in lists:
            browser: Any = program if case.path.startswith("/api/v1/") else here.owner
            for value in foreign_values(foreign):
                answer = await browser.get(
                    case.address({}),
                    params=dict.fromkeys(PARAMETERS, str(value)),
                    headers=dict.fromkeys(HEADERS, str(value)),
                )
                told = answer.text.replace(str(value), "")
                assert answer.status_code < 500, (case, answer.text)
                assert not [word for word in telltales if word in told], case


def other_tenant(sides: Sides, here: Office) -> UUID:
    return next(one.tenant_id for one in sides.offices if one is not here)


async def test_an_own_record_stays_ones_own_whatever_the_headers_say(sides: Sides) -> None:
    for here, program, own, foreign in sides.ways():
        headers = {"X-Tenant-Id": str(other_tenant(sides, here)), "X-Original-URL": f"/people/{foreign['employee_id']}"}
        page = await here.owner.get(f"/people/{own['employee_id']}", headers=headers)
        call = await program.get(f"/api/v1/employees/{own['employee_id']}", headers=headers)

        assert (page.status_code, call.status_code) == (200, 200)
        assert call.json()["id"] == str(own["employee_id"])


async def test_a_foreign_client_in_a_body_is_as_unknown_as_one_that_never_was(sides: Sides) -> None:
    for here, program, _, foreign in sides.ways():
        never = str(here.tenant_id)
        for value in (foreign["client_id"], foreign["employee_id"], other_tenant(sides, here)):
            unknown = await program.post("/api/v1/employees", NEW | {"client_id": never})
            answer = await program.post("/api/v1/employees", NEW | {"client_id": str(value)})
            assert (answer.status_code, answer.content) == (404, unknown.content)
        form = await here.owner.post(
            "/people", {k: str(v) for k, v in NEW.items()} | {"client_id": str(foreign["client_id"])}
        )
        assert form.status_code == 404


async def test_every_foreign_thing_gives_the_same_answer_as_nothing_at_all(app: Litestar, sides: Sides) -> None:
    """Byte for byte, so that nobody learns which ids exist elsewhere."""
    reading = [case for case in cases(app) if case.method == "GET" and case.names and "owner" in case.roles]
    for here, program, _, foreign in sides.ways():
        nothing = dict.fromkeys(foreign, here.tenant_id)
        for case in reading:
            browser: Any = program if case.path.startswith("/api/v1/") else here.owner
            theirs, none = await browser.get(case.address(foreign)), await browser.get(case.address(nothing))
            assert (theirs.status_code, stripped(theirs, foreign)) == (404, stripped(none, nothing)), case


def stripped(answer: httpx.Response, ids: Ids) -> str:
    """The body without the address that was asked for."""
    body = answer.text
    for value in set(map(str, ids.values())):
        body = body.replace(value, "")
    return body


async def test_a_job_of_others_is_neither_shown_nor_followed(sides: Sides) -> None:
    for here, program, own, foreign in sides.ways():
        answer = await program.get(f"/api/v1/jobs/{foreign['job_id']}")
        mine = await program.get(f"/api/v1/jobs/{own['job_id']}")

        assert (answer.status_code, mine.status_code) == (404, 200)
        assert (await here.owner.get(f"/jobs/{foreign['job_id']}/events")).status_code == 404
        assert SECRET not in answer.text


async def test_a_job_that_names_a_run_of_others_finds_nothing_and_makes_nothing(sides: Sides) -> None:
    """Whoever could write into a job's row or message still works within the provider of the row."""
    for here, _, own, foreign in sides.ways():
        job_id = uuid7()
        async with here.scope():
            await db.execute(
                "insert into job (id, client_id, kind, queue, payload, title, unit, once_key) values"
                ' ($1, $2, $3, \'default\', $4, \'{"msgid": "x"}\', \'{"msgid": "x"}\', $5)',
                *(job_id, own["client_id"], MakeRunDocuments.kind, {"run_id": str(foreign["run_id"])}, str(job_id)),
            )
        await drain(here.tenant_id)
        async with here.scope():
            state = await db.value("select state from job where id = $1", job_id)
            made = await db.value("select count(*) from document where subject_id = $1", foreign["run_id"])

        assert (state, made) == ("failed", 0)


async def test_what_a_job_made_for_somebody_who_lost_the_client_meanwhile_is_not_theirs_to_take(office: Office) -> None:
    ordered = await office.worker.post("/people/export", {"client": str(office.client_id), "format": "csv"})
    async with office.scope():
        await db.execute("delete from assignment where member_id = $1", office.worker.member_id)
    await drain(office.tenant_id)

    assert (await office.worker.get(ordered.headers["location"])).status_code == 404
    assert (await office.worker.get(f"{ordered.headers['location']}/file")).status_code == 404


def test_the_routes_are_those_of_the_application(app: Litestar) -> None:
    """The walks above would pass over an empty list as well."""
    assert sum(isinstance(route, HTTPRoute) for route in app.routes) > 80
