"""Faults in the logs tell where, never what."""

import traceback

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.faults import without_values
from tests.make import Office

NIK = "3171014705900001"


@pytest.mark.parametrize("query", ["select $1::int", "select $1::text::jsonb", "select cast($1::text as date)"])
async def test_a_value_that_the_database_refuses_is_not_written_down(office: Office, query: str) -> None:
    with pytest.raises(asyncpg.PostgresError) as refused:
        async with office.scope():
            await db.value(query, NIK + "x")
    assert NIK in str(refused.value)

    fault = RuntimeError("while importing")
    fault.__cause__ = refused.value
    written = "".join(traceback.format_exception(without_values(fault)))

    assert NIK not in written
    assert "while importing" in written
    assert type(refused.value).__name__ in written
