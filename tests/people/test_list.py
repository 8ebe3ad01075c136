"""Finding people among many."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Connection

from tatausaha.core import db
from tatausaha.people import queries
from tatausaha.people.queries import PAGE
from tatausaha.people.search import Sort, Wanted, Where
from tests.make import Office, Person, make_client
from tests.people.make import NIK, employ

TODAY = date(2026, 11, 21)


async def names(who: Person, path: str, **params: str) -> list[str]:
    answer = await who.get(path, **({"params": params} if params else {}))
    assert answer.status_code == 200, answer.text
    return re.findall(r'<th scope="row"><a href="/people/[0-9a-f-]+">([^<]+)</a>', answer.text)


@pytest.mark.parametrize("words", ["sri", "SRI dewi", "dewi", "lestari", "les", "dewi lest", "A-77", "a-77", NIK])
async def test_a_person_is_found_by_any_word_of_the_name_by_number_and_by_nik(office: Office, words: str) -> None:
    await employ(office, number="A-77", name="Sri Dewi Lestari", nik=NIK)
    await employ(office, number="A-78", name="Budi Santoso")

    assert await names(office.worker, f"/people?q={words}") == ["Sri Dewi Lestari"]


async def test_what_looks_like_a_pattern_finds_nothing_and_harms_nothing(office: Office) -> None:
    await employ(office)
    for words in ("%", "_ari", "'; drop table employee; --", "\\", "\x00%", "x" * 5000, "\U0010ffff"):
        assert await names(office.worker, "/people", q=words) == []


async def test_a_worker_lists_all_clients_that_are_theirs_and_no_other(office: Office) -> None:
    await employ(office, name="Tampak")
    async with office.scope():
        other = await make_client(name="PT Lain")
        await insert_people(other, ["Tersembunyi"])

    assert await names(office.worker, "/people") == ["Tampak"]
    assert await names(office.owner, "/people?sort=-name") == ["Tersembunyi", "Tampak"]
    assert await names(office.owner, f"/people?client={other}") == ["Tersembunyi"]
    assert (await office.worker.get(f"/people?client={other}")).status_code == 404


async def test_every_page_forth_and_back_shows_each_person_once(office: Office) -> None:
    everybody = [f"Orang {index:03}" for index in range(2 * PAGE + 5)]
    async with office.scope():
        await insert_people(office.client_id, everybody)
        pages = [await queries.page_employees(Wanted(), Sort(), TODAY)]
        while pages[-1].next:
            pages.append(await queries.page_employees(Wanted(), Sort(), TODAY, after=pages[-1].next))
        back = [await queries.page_employees(Wanted(), Sort(), TODAY, before=pages[-1].previous)]
        back.append(await queries.page_employees(Wanted(), Sort(), TODAY, before=back[-1].previous))

    assert [row.name for page in pages for row in page.rows] == everybody
    assert [row.name for page in reversed(back) for row in page.rows] == everybody[: 2 * PAGE]
    assert (pages[0].previous, pages[-1].next, back[-1].previous) == (None, None, None)


async def test_a_list_by_first_day_runs_from_the_newest_when_asked(office: Office) -> None:
    await employ(office, number="1", name="Lama", joined_on="01/01/2020")
    await employ(office, number="2", name="Baru", joined_on="01/01/2026")

    assert await names(office.worker, "/people?sort=joined") == ["Lama", "Baru"]
    assert await names(office.worker, "/people?sort=-joined") == ["Baru", "Lama"]


async def test_contracts_that_end_within_sixty_days_are_found_unless_renewed(office: Office) -> None:
    soon = (date.today() + timedelta(days=30)).strftime("%d/%m/%Y")
    await employ(office, number="1", name="Segera", contract_kind="fixed_term", contract_ends_on=soon)
    await employ(office, number="2", name="Tetap")
    renewed = await employ(office, number="3", name="Diperpanjang", contract_kind="fixed_term", contract_ends_on=soon)
    start = (date.today() + timedelta(days=31)).strftime("%d/%m/%Y")
    await office.worker.post(f"/people/{renewed}/contracts", {"kind": "permanent", "starts_on": start})

    assert await names(office.worker, "/people?state=ending") == ["Segera"]


async def test_departments_are_offered_for_the_client_that_has_them(office: Office) -> None:
    await employ(office, number="1", name="Satu", department="Gudang")
    await employ(office, number="2", name="Dua", department="Kantor")
    client = f"client={office.client_id}"

    assert await names(office.worker, f"/people?{client}&department=Gudang") == ["Satu"]
    assert "Kantor" in (await office.worker.get(f"/people?{client}")).text


@pytest.mark.parametrize(
    "nonsense", ["after=%25%25", "after=WyJ4Iiwid3JvbmciXQ", "sort=salary", "client=1", "state=gone"]
)
async def test_nonsense_in_an_address_is_ignored(office: Office, nonsense: str) -> None:
    await employ(office)

    assert await names(office.worker, f"/people?{nonsense}") == ["Sari Dewi"]


async def test_a_list_takes_the_same_few_queries_however_many_people_it_shows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/people?client={office.client_id}&state=active"
    async with counted(monkeypatch) as few:
        await office.worker.get(path)
    async with office.scope():
        await insert_people(office.client_id, [f"Orang {index}" for index in range(PAGE)])
    async with counted(monkeypatch) as many:
        await office.worker.get(path)

    assert len(few) == len(many) <= 5


@pytest.mark.parametrize(
    ("wanted", "index", "condition"),
    [
        (Wanted(), "employee_name", "tenant_id"),
        (Wanted(q="orang 4999"), "employee_name", "name_norm"),
        (Wanted(q="4999"), "employee_word2", "word2"),
        (Wanted(state="ended"), "employee_ended", "tenant_id"),
    ],
)
async def test_a_long_list_is_served_by_an_index_behind_the_wall(
    office: Office, superuser: Connection, wanted: Wanted, index: str, condition: str
) -> None:
    async with office.scope():
        await insert_people(office.client_id, [f"Orang {number}" for number in range(5000)])
    await insert_small_providers(superuser)
    async with office.scope():
        where = Where(wanted, TODAY)
        query = f"explain select e.id from employee e where {where} order by e.name_norm, e.id limit 51"
        await db.execute("set local enable_seqscan = off")
        plan = "\n".join(str(one[0]) for one in await db.records(query, *where.arguments))

    used = plan.split(index, 1)[1].split("Index Cond:", 1)[1].split("\n", 1)[0]
    assert "tenant_id" in used
    assert condition in used


async def insert_small_providers(superuser: Connection) -> None:
    """Thousands of providers with one person each, and the planner's figures of them all."""
    await superuser.execute(
        "set session_replication_role = replica;"
        " insert into employee (tenant_id, client_id, number, name, ptkp, joined_on)"
        " select gen_random_uuid(), gen_random_uuid(), '1', 'Orang ' || n, 'TK/0', '2026-01-05'"
        " from generate_series(1, 4000) n; set session_replication_role = origin; analyze employee"
    )


async def insert_people(client_id: UUID, everybody: list[str]) -> None:
    """Many people in one statement, into the open scope."""
    await db.execute(
        "insert into employee (client_id, number, name, ptkp, joined_on)"
        " select $1, 'N-' || place, name, 'TK/0', '2026-01-05' from unnest($2::text[]) with ordinality as p (name, place)",
        *(client_id, everybody),
    )


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The queries made through the house's own functions inside the block."""
    made: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("rows", "row", "value", "records", "execute"):
            asked = getattr(db, name)

            def ask(*arguments: Any, asked: Any = asked, name: str = name) -> Any:
                made.append(str(arguments[0] if name not in ("rows", "row") else arguments[1]))
                return asked(*arguments)

            patch.setattr(db, name, ask)
        yield made
