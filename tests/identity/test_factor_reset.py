"""What a reset of second steps leaves, once two people decided it."""

import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import NotFound
from tatausaha.core.ids import uuid7
from tatausaha.identity import recovery_codes
from tatausaha.identity.factors import reset_factors
from tests.identity.entry import account_of, give_app
from tests.make import Office, Person, drain

LEFT = "select (select count(*) from {} x join account a on a.id = x.account_id where a.email = $1)"


async def left(person: Person) -> dict[str, int]:
    async with gate_scope():
        return {
            table: await db.value(LEFT.format(table), person.email)
            for table in ("totp", "recovery_code", "user_session")
        }


@pytest.fixture
async def approver(office: Office) -> Person:
    await give_app(office.approver.email)
    await recovery_codes.make(await account_of(office.approver.email))
    return office.approver


async def test_factors_codes_and_sessions_are_gone_and_the_person_is_told(office: Office, approver: Person) -> None:
    async with office.scope():
        await reset_factors(approver.member_id)
    assert "identity.reset_factors" in await drain(office.tenant_id)

    assert await left(approver) == {"totp": 0, "recovery_code": 0, "user_session": 0}
    async with office.scope():
        told = await db.value(
            "select count(*) from mail where recipient = $1 and data ->> 'what' = 'reset'", approver.email
        )
    assert told == 1
    assert (await office.manager.get("/work")).status_code == 200


async def test_what_is_rolled_back_resets_nothing(office: Office, approver: Person) -> None:
    async def break_off() -> None:
        async with office.scope():
            await reset_factors(approver.member_id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    await drain(office.tenant_id)

    assert (await left(approver))["totp"] == 1


async def test_one_provider_does_not_weaken_the_way_into_another(
    app: Litestar, office: Office, other_office: Office, approver: Person
) -> None:
    account_id = await account_of(approver.email)
    async with gate_scope():
        await db.execute(
            "insert into member (tenant_id, id, account_id, role, name, email) values ($1, $2, $3, 'manager', 'Sari', $4)",
            *(other_office.tenant_id, uuid7(), account_id, approver.email),
        )
    async with office.scope():
        await reset_factors(approver.member_id)
    await drain(office.tenant_id)

    assert (await left(approver))["totp"] == 1
    async with office.scope():
        assert await db.value("select state from job where kind = 'identity.reset_factors'") == "failed"


async def test_a_provider_resets_nobody_elses_people(office: Office, other_office: Office) -> None:
    with pytest.raises(NotFound):
        async with other_office.scope():
            await reset_factors(office.worker.member_id)
