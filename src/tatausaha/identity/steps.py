"""What lies between the password and the session: a short-lived step, held by a cookie of its own.

It lets its holder answer the next question and nothing else: no page, no name, no record is behind it.
"""

from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import new_token, token_hash
from tatausaha.core.web.viewer import Role
from tatausaha.identity.sign_in import Entry

Need = Literal["code", "factor"]
STEP_MINUTES = 10
TRIES = 6

_STEP = (
    "select s.account_id, s.tenant_id, s.member_id, m.role, s.next, a.email, m.name, s.token_hash from sign_in_step s"
    " join account a on a.id = s.account_id"
    " join member m on m.tenant_id = s.tenant_id and m.id = s.member_id and m.ended_at is null"
    " where s.token_hash = $1 and s.need = $2 and s.expires_at > now() and s.tries <= $3"
)


class Step(msgspec.Struct, frozen=True):
    """Somebody who knows the password, or has signed in elsewhere, and must still show something."""

    account_id: UUID
    tenant_id: UUID
    member_id: UUID
    role: Role
    next: str
    email: str
    name: str
    token_hash: bytes

    @property
    def entry(self) -> Entry:
        return Entry(self.account_id, self.tenant_id, self.member_id, self.role)


async def begin(entry: Entry, need: Need, next_page: str) -> str:
    """A new step; gives its token."""
    token = new_token()
    async with gate_scope():
        await db.execute(
            "insert into sign_in_step (token_hash, account_id, tenant_id, member_id, need, next, expires_at)"
            " values ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => $7))",
            *(token_hash(token), entry.account_id, entry.tenant_id, entry.member_id),
            *(need, next_page[:2000], STEP_MINUTES),
        )
    return token


async def find(token: str, need: Need) -> Step | None:
    """The step of a cookie, if it has not ended."""
    async with gate_scope():
        return await db.row(Step, _STEP, token_hash(token), need, TRIES)


async def try_once(token: str, need: Need) -> Step | None:
    """The step, with one more try counted before anything is looked at."""
    async with gate_scope():
        await db.execute("update sign_in_step set tries = tries + 1 where token_hash = $1", token_hash(token))
        return await db.row(Step, _STEP, token_hash(token), need, TRIES)


async def finish(step: Step) -> bool:
    """End the step; True for the one caller who may go on."""
    async with gate_scope():
        return bool(await db.execute("delete from sign_in_step where token_hash = $1", step.token_hash))
