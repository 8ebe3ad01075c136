"""A person's second factors together: who needs one, what there is, proving it, adding and removing, and who is told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters, limits
from tatausaha.core.actor import Actor, acting, current_actor
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tatausaha.identity import passkeys, recovery_codes, totp
from tatausaha.identity.jobs import ResetFactors
from tatausaha.identity.passkeys import Passkey
from tatausaha.identity.queries import count_factors, lock_factors

NEEDED = frozenset({"owner", "manager", "approver"})
"""Roles that nobody may act in with a password alone."""

Told = Literal["app_added", "app_removed", "passkey_added", "passkey_removed", "code_used", "codes_made", "reset"]


class Held(msgspec.Struct, frozen=True):
    """What a person can prove a second step with. `app_since` is None without an authenticator app."""

    app_since: datetime | None
    passkeys: list[Passkey]
    codes_left: int

    @property
    def count(self) -> int:
        """Recovery codes are no factor of their own: they stand in for one that is lost."""
        return (self.app_since is not None) + len(self.passkeys)


class Holder(msgspec.Struct, frozen=True):
    """Whose factors they are, and where letters about them are sent from."""

    account_id: UUID
    tenant_id: UUID
    member_id: UUID
    role: str
    name: str
    email: str
    language: Language


async def held_by(account_id: UUID) -> Held:
    """The factors of an account."""
    async with gate_scope():
        return Held(
            await db.value("select created_at from totp where account_id = $1", account_id),
            await passkeys.list_of(account_id),
            await db.value("select count(*) from recovery_code where account_id = $1 and used_at is null", account_id),
        )


async def holder_of(account_id: UUID, member_id: UUID) -> Holder:
    """The person as a member, or `NotFound`."""
    async with gate_scope():
        found = await db.row(
            Holder,
            "select a.id as account_id, m.tenant_id, m.id as member_id, m.role, m.name, a.email, a.language"
            " from account a join member m on m.account_id = a.id where a.id = $1 and m.id = $2",
            *(account_id, member_id),
        )
    if found is None:
        raise NotFound(text("This person does not exist."))
    return found


async def prove(account_id: UUID, member_id: UUID, code: str, *, address: str) -> bool:
    """Whether the code is the app's of now or an unused recovery code, of whose use the person is told. May be TooMany."""
    async with gate_scope():
        await limits.attempt("code", str(account_id), address)
    async with gate_scope():
        right = await totp.verify(account_id, code)
    if not right:
        right = await recovery_codes.use(account_id, code)
        if right:
            await tell(await holder_of(account_id, member_id), "code_used")
    if right:
        async with gate_scope():
            await limits.cleared("code", str(account_id), address)
    return right


async def prove_passkey(account_id: UUID, credential: str, *, address: str) -> None:
    """Like `prove`, by an answer of one of the account's passkeys. Raises Invalid."""
    async with gate_scope():
        await limits.attempt("code", str(account_id), address)
    await passkeys.prove("prove", credential, account_id)
    async with gate_scope():
        await limits.cleared("code", str(account_id), address)


async def remove_app(holder: Holder) -> None:
    """Forget the authenticator app, unless it is the last factor of somebody who needs one."""
    await _remove(holder, "delete from totp where account_id = $1")
    await tell(holder, "app_removed")


async def remove_passkey(holder: Holder, passkey_id: bytes) -> None:
    """Forget a passkey, unless it is the last factor of somebody who needs one."""
    await _remove(holder, "delete from passkey where account_id = $1 and id = $2", passkey_id)
    await tell(holder, "passkey_removed")


async def _remove(holder: Holder, delete: str, *arguments: object) -> None:
    """One removal at a time for an account, so that two cannot both leave what the other takes away."""
    async with gate_scope():
        await lock_factors(holder.account_id, first=False)
        if not await db.execute(delete, holder.account_id, *arguments):
            raise NotFound(text("This has been removed already."))
        left = await count_factors(holder.account_id)
        needed = await db.value(
            "select 1 from member where account_id = $1 and ended_at is null and role = any($2)",
            *(holder.account_id, list(NEEDED)),
        )
        if not left and needed:
            raise Conflict(text("Your role needs a second step. Add another one first, then remove this one."))
        if not left:
            await db.execute("delete from recovery_code where account_id = $1", holder.account_id)


async def reset_factors(member_id: UUID) -> None:
    """Take a person's factors away after a loss, as decided by two others. Needs the provider's scope.

    A job does it, after this transaction and only with it: what belongs to an account lies beyond a provider's walls.
    """
    if not await db.value("select 1 from member where id = $1 and ended_at is null", member_id):
        raise NotFound(text("This person does not exist."))
    await enqueue(ResetFactors(member_id=member_id), once_key=str(uuid7()), link=f"/team/{member_id}")
    await audit.record("reset_factors", "member", member_id)


async def forget_factors(tenant_id: UUID, member_id: UUID) -> Holder:
    """What `reset_factors` ordered: no factor, no session, no step is left. Doing it twice changes nothing.

    Raises Conflict for a person who works elsewhere too: one provider must not weaken another's access.
    """
    async with gate_scope():
        account_id = await db.value(
            "select account_id from member where tenant_id = $1 and id = $2", tenant_id, member_id
        )
        elsewhere = await db.value(
            "select 1 from member where account_id = $1 and tenant_id <> $2 and ended_at is null", account_id, tenant_id
        )
        if elsewhere:
            raise Conflict(
                text(
                    "This person works with another provider too, with the same account. Its second steps are not one"
                    " provider's to reset; invite the person with another e-mail address."
                )
            )
        for table in ("totp", "passkey", "recovery_code", "known_device", "sign_in_step", "user_session"):
            await db.execute(f"delete from {table} where account_id = $1", account_id)  # noqa: S608 - our own names
    return await holder_of(account_id, member_id)


async def tell(holder: Holder, what: Told) -> None:
    """Record what happened, and write to the person, who would notice if it was somebody else."""
    known = current_actor()
    actor = Actor(holder.member_id, holder.name, holder.role, known.address)
    with acting(actor):
        async with tenant_scope(holder.tenant_id):
            await audit.record(what, "account", holder.account_id)
            await write(holder, what)


async def write(holder: Holder, what: Told | Literal["new_device"], **data: str) -> None:
    """The letter alone. Needs the scope of the holder's provider."""
    await letters.write(
        "security_notice",
        holder.email,
        once_key=f"security:{uuid7()}",
        language=holder.language,
        client_id=None,
        name=holder.name,
        what=what,
        link=f"{tools().settings.base_url}/account",
        **data,
    )
