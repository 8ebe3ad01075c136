"""The registry knows every column about a person; one that nobody placed fails here."""

import asyncpg

from tatausaha.core import sealed
from tatausaha.privacy.rules import places
from tatausaha.privacy.rules.columns import DATA_ONLY, NAMES
from tatausaha.privacy.rules.kinds import KINDS
from tatausaha.privacy.rules.retention import DEFAULTS
from tatausaha.privacy.service.record import TABLES
from tests.make import Office
from tests.privacy.make import employ

ELSEWHERE = {**places.FILES, **places.ACCOUNTS, **places.PARTNERS, **places.NOBODY}


async def test_every_table_of_the_database_is_placed(superuser: asyncpg.Connection, database: str) -> None:
    found = await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")

    assert {name for (name,) in found} == set(places.BY_TABLE) | set(ELSEWHERE)
    assert not set(places.BY_TABLE) & set(ELSEWHERE)


async def test_every_column_about_a_person_has_its_kind(superuser: asyncpg.Connection, database: str) -> None:
    for place in places.PERSON:
        found = await superuser.fetch(
            "select column_name from information_schema.columns where table_schema = 'public' and table_name = $1",
            place.table,
        )
        known = {*place.readable, *place.frame, place.person, *places.FRAME}
        assert {name for (name,) in found} - known == set(), place.table
        assert set(place.readable) <= {name for (name,) in found}, place.table


def test_every_kind_and_place_can_be_told_in_words() -> None:
    assert {word for place in places.PERSON for word in place.kinds} <= set(KINDS)
    assert {kind.retention for kind in KINDS.values()} <= set(DEFAULTS)
    assert set(places.BY_TABLE) == set(TABLES)
    assert {name for place in places.PERSON for name in place.readable} <= set(NAMES) | DATA_ONLY


def test_what_is_sealed_in_the_database_is_opened_for_the_person() -> None:
    assert places.BY_TABLE["employee"].sealed == sealed.EMPLOYEE
    assert places.BY_TABLE["slip"].sealed == sealed.SLIP


async def test_whatever_refers_to_an_employee_is_in_the_registry(superuser: asyncpg.Connection, database: str) -> None:
    found = await superuser.fetch(
        "select distinct conrelid::regclass::text from pg_constraint where contype = 'f' and confrelid = 'employee'::regclass"
    )

    assert {name for (name,) in found} <= {place.table for place in places.PERSON if place.erase == "delete"}


async def test_the_record_of_processing_counts_what_there_is(office: Office) -> None:
    for _ in range(3):
        await employ(office)

    page = await office.manager.get(f"/privacy/record?client={office.client_id}")
    pdf = await office.manager.get(f"/privacy/record/{office.client_id}/pdf")
    xlsx = await office.manager.get(f"/privacy/record/{office.client_id}/xlsx")

    assert ">3</td>" in page.text
    assert pdf.content.startswith(b"%PDF")
    assert xlsx.content.startswith(b"PK")
    assert (await office.worker.get("/privacy/record")).status_code == 404
