"""Maker and checker: one asks, another decides, once, and nobody decides their own."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import changes, db
from tatausaha.core.actor import SYSTEM, Actor, acting
from tatausaha.core.change_kinds import KINDS, Change
from tatausaha.core.change_policy import Policy, find_policy
from tatausaha.core.change_requests import count_waiting, page_rows
from tatausaha.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from tatausaha.core.four_eyes import ASKS, DECIDERS, may_decide, strictest
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tests.make import Office

KIND = "test.address"


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    """A kind of its own: the address of a client, with an amount for policies."""

    async def present(change: Change) -> Mapping[str, Any]:
        return {"address": await db.value("select address from client where id = $1 for update", change.subject_id)}

    @changes.applies(
        KIND, label=text("Address"), fields={"address": changes.Field(text("Address"))}, by_amount=True, present=present
    )
    async def apply(change: Change) -> None:
        await db.execute("update client set address = $2 where id = $1", change.subject_id, change.after["address"])

    yield
    del KINDS[KIND]


def actor(office: Office, role: str) -> Actor:
    person = office.people[role]
    return Actor(person.member_id, person.name, role)


async def ask(office: Office, new: str = "Jalan Baru 2", *, role: str = "manager", **more: Any) -> changes.Proposed:
    with acting(actor(office, role)):
        async with office.scope():
            before = {"address": await db.value("select address from client where id = $1", office.client_id)}
            wanted: dict[str, Any] = {"before": before, "after": {"address": new}, "subject": "PT Maju Bersama"}
            return await changes.propose(KIND, subject_id=office.client_id, client_id=office.client_id, **wanted | more)


async def decide(office: Office, role: str, verb: str, change_id: UUID, *comment: str) -> Any:
    with acting(actor(office, role)):
        async with office.scope():
            return await getattr(changes, verb)(change_id, *comment)


async def address(office: Office) -> str:
    async with office.scope():
        found: str = await db.value("select address from client where id = $1", office.client_id)
    return found


async def state(office: Office, change_id: UUID) -> tuple[str, str]:
    async with office.scope():
        change = await changes.get(change_id)
    return change.state, change.decided_name


async def set_policy(office: Office, asks: str, free_up_to: int = 0, client_id: UUID | None = None) -> None:
    async with office.scope():
        await db.execute(
            "insert into change_policy (client_id, kind, asks, free_up_to) values ($1, $2, $3, $4)",
            *(client_id, KIND, asks, free_up_to),
        )


async def test_a_change_waits_and_takes_effect_when_another_person_agrees(office: Office) -> None:
    asked = await ask(office)
    waiting = await address(office)

    told = await decide(office, "worker", "approve", asked.id, "Sesuai surat")

    assert (asked.applied, waiting, told) == (False, "", "applied")
    assert await address(office) == "Jalan Baru 2"
    assert await state(office, asked.id) == ("applied", "Worker")
    async with office.scope():
        actions = await db.records(
            "select action, actor_name from audit_event where object_id = $1 order by id", asked.id
        )
    assert [tuple(row) for row in actions] == [("proposed", "Manager"), ("approved", "Worker")]


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_nobody_decides_their_own_change(office: Office, verb: str) -> None:
    asked = await ask(office, role="owner")

    with pytest.raises(Forbidden):
        await decide(office, "owner", verb, asked.id, "ya")

    assert await state(office, asked.id) == ("pending", "")
    assert await address(office) == ""


async def test_a_job_decides_nothing_whoever_asked_for_the_job(office: Office) -> None:
    asked = await ask(office)

    for by in (Actor(office.worker.member_id, "Worker", "job"), SYSTEM):
        with acting(by), pytest.raises(AppError):
            async with office.scope():
                await changes.approve(asked.id)

    assert (await state(office, asked.id))[0] == "pending"


async def test_what_a_job_asks_for_is_asked_by_the_person_behind_it(office: Office) -> None:
    with acting(Actor(office.worker.member_id, "Worker", "job")):
        async with office.scope():
            asked = await changes.propose(
                *(KIND,), subject_id=None, client_id=office.client_id, before={}, after={"a": 1}, subject=""
            )

    with pytest.raises(Forbidden):
        await decide(office, "worker", "approve", asked.id)


@pytest.mark.parametrize(
    ("asks", "right", "wrong"),
    [("colleague", "worker", "approver"), ("manager", "owner", "worker"), ("client", "approver", "owner")],
)
async def test_only_those_whom_the_policy_asks_can_decide(office: Office, asks: str, right: str, wrong: str) -> None:
    await set_policy(office, asks)
    asked = await ask(office)

    with pytest.raises((Forbidden, NotFound)):
        await decide(office, wrong, "approve", asked.id)

    assert await decide(office, right, "approve", asked.id) == "applied"


async def test_a_client_may_want_it_otherwise_than_the_provider_does_for_all(office: Office) -> None:
    await set_policy(office, "manager")
    await set_policy(office, "client", client_id=office.client_id)

    async with office.scope():
        own = await find_policy(KINDS[KIND], office.client_id)
        others = await find_policy(KINDS[KIND], uuid7())

    assert (own, others) == (Policy("client"), Policy("manager"))


async def test_small_changes_need_nobody_where_the_policy_says_so(office: Office) -> None:
    await set_policy(office, "colleague", free_up_to=500_000)

    small = await ask(office, "Jalan Kecil 1", amount=500_000)
    now = await address(office)
    large = await ask(office, "Jalan Besar 1", amount=500_001)

    assert (small.applied, large.applied) == (True, False)
    assert (now, await address(office)) == ("Jalan Kecil 1", "Jalan Kecil 1")


async def test_a_change_of_something_else_meanwhile_is_void_and_changes_nothing(office: Office) -> None:
    asked = await ask(office)
    async with office.scope():
        await db.execute("update client set address = 'Jalan Lain 3' where id = $1", office.client_id)

    assert await decide(office, "worker", "approve", asked.id) == "void"

    assert await address(office) == "Jalan Lain 3"
    assert (await state(office, asked.id))[0] == "void"


async def test_the_effect_and_the_decision_stand_or_fall_together(office: Office) -> None:
    asked = await ask(office)

    async def approve_and_stumble() -> None:
        async with office.scope():
            await changes.approve(asked.id)
            raise ZeroDivisionError

    with acting(actor(office, "worker")), pytest.raises(ZeroDivisionError):
        await approve_and_stumble()

    assert (await state(office, asked.id))[0] == "pending"
    assert await address(office) == ""


async def test_a_rejection_says_why_and_a_maker_may_withdraw_but_nobody_else(office: Office) -> None:
    rejected, withdrawn = await ask(office, "A"), await ask(office, "B")

    with pytest.raises(Invalid):
        await decide(office, "worker", "reject", rejected.id, " ")
    await decide(office, "worker", "reject", rejected.id, "Rekening orang lain")
    with pytest.raises(Forbidden):
        await decide(office, "worker", "withdraw", withdrawn.id)
    await decide(office, "manager", "withdraw", withdrawn.id)

    assert await state(office, rejected.id) == ("rejected", "Worker")
    assert await state(office, withdrawn.id) == ("withdrawn", "Manager")


async def test_the_same_wish_sent_twice_is_one_request(office: Office) -> None:
    first, second, other = await ask(office), await ask(office), await ask(office, "Jalan Lain 9")

    assert first.id == second.id != other.id


@pytest.mark.parametrize("rival", ["approve", "reject", "withdraw"])
async def test_of_two_decisions_at_once_one_wins_and_the_other_is_told_who(office: Office, rival: str) -> None:
    asked = await ask(office)
    by = "manager" if rival == "withdraw" else "owner"
    comment = ("tidak",) if rival == "reject" else ()

    ended = await asyncio.gather(
        *(decide(office, "worker", "approve", asked.id) for _ in range(3)),
        *(decide(office, by, rival, asked.id, *comment) for _ in range(3)),
        return_exceptions=True,
    )

    losers = [one for one in ended if isinstance(one, BaseException)]
    assert len(losers) == 5
    assert all(isinstance(one, Conflict) for one in losers)
    _, winner = await state(office, asked.id)
    assert all(winner in str(one) for one in losers)


async def test_the_database_itself_refuses_the_maker_a_second_decision_and_a_change_of_the_request(
    office: Office,
) -> None:
    asked = await ask(office)
    by_maker = "update change_request set state = 'applied', decided_at = now(), decided_by = maker_id where id = $1"
    by_nobody = "update change_request set state = 'applied', decided_at = now() where id = $1"
    back = "update change_request set state = 'pending', decided_at = null, decided_by = null where id = $1"
    altered = "update change_request set asks = 'nobody' where id = $1"
    forged = (
        "insert into change_request (kind, before, after, fingerprint, asks, maker_name, state, decided_at, decided_by)"
        " select kind, before, after, fingerprint, asks, maker_name, 'applied', now(), $2 from change_request where id = $1"
    )

    assert await refused(office, by_maker, asked.id) == "change_request_four_eyes"
    assert await refused(office, by_nobody, asked.id) == "change_request_four_eyes"
    assert "begins as pending" in await refused(office, forged, asked.id, office.worker.member_id)
    assert "permission denied" in await refused(office, altered, asked.id)
    await decide(office, "worker", "approve", asked.id)
    assert "applied already" in await refused(office, back, asked.id)


async def refused(office: Office, statement: str, *arguments: object) -> str:
    with pytest.raises(asyncpg.PostgresError) as error:
        async with office.scope():
            await db.execute(statement, *arguments)
    return str(getattr(error.value, "constraint_name", None) or error.value)


async def test_before_and_after_are_kept_sealed(office: Office, superuser: asyncpg.Connection) -> None:
    asked = await ask(office, "Jalan Rahasia 77")

    row = await superuser.fetchval("select r::text from change_request r where id = $1", asked.id)

    assert "Rahasia" not in row
    assert b"Rahasia".hex() not in row
    async with office.scope():
        assert (await changes.get(asked.id)).after == {"address": "Jalan Rahasia 77"}


async def test_another_provider_finds_no_request_of_this_one(office: Office, other_office: Office) -> None:
    asked = await ask(office)

    with pytest.raises(NotFound):
        await decide(other_office, "worker", "approve", asked.id)


async def test_an_account_never_has_a_second_membership_to_agree_with(office: Office) -> None:
    with pytest.raises(asyncpg.UniqueViolationError, match="member_account_key"):
        async with office.scope():
            await db.execute(
                "insert into member (account_id, role, name, email) select account_id, 'owner', 'Kedua', email"
                " from member where id = $1",
                office.manager.member_id,
            )


async def test_each_finds_what_waits_for_them_and_what_they_asked_for(office: Office) -> None:
    asked = await ask(office)

    async def tab(name: str, role: str) -> list[UUID]:
        async with office.scope():
            return [row.id for row in await page_rows(name, office.people[role].member_id, role)]

    assert await tab("waiting", "worker") == [asked.id]
    assert await tab("waiting", "manager") == []
    assert await tab("mine", "manager") == [asked.id]
    assert await tab("others", "manager") == [asked.id]
    assert await tab("decided", "worker") == []
    async with office.scope():
        assert await count_waiting(office.owner.member_id, "owner") == 1
        assert await count_waiting(office.manager.member_id, "manager") == 0


async def test_requests_that_lost_their_ground_are_void(office: Office) -> None:
    asked = await ask(office)

    with acting(actor(office, "owner")):
        async with office.scope():
            await changes.overtake(KIND, office.client_id)

    assert (await state(office, asked.id))[0] == "void"


people = st.integers(0, 3).map(lambda number: UUID(int=number))
roles = st.sampled_from(["owner", "manager", "worker", "approver", "viewer", "job", "system"])


@given(makers=st.sets(people | st.none()), decider=people | st.none(), asks=st.sampled_from(ASKS), role=roles)
def test_whoever_may_decide_is_a_person_of_the_right_role_without_a_hand_in_it(
    makers: set[UUID | None], decider: UUID | None, asks: str, role: str
) -> None:
    allowed = may_decide(makers, decider, asks, role)

    if allowed:
        assert decider is not None
        assert decider not in makers
        assert role not in ("viewer", "job", "system")
        assert (role == "approver") == (asks == "client")
        assert asks != "manager" or role in ("owner", "manager")
        assert asks != "nobody"
    elif decider is not None and decider not in makers:
        assert role not in DECIDERS[asks]


@given(st.lists(st.sampled_from(ASKS), min_size=1))
def test_the_strictest_consent_is_one_of_those_asked_and_milder_than_none(asked: list[Any]) -> None:
    chosen = strictest(asked)

    assert chosen in asked
    assert all(ASKS.index(one) <= ASKS.index(chosen) for one in asked)
