"""A client's dated answers where the law leaves a choice, and its way of counting part of a month."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.dates import Period
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.payroll import labels
from tatausaha.payroll.rules.policy import doubts_on, policy_on


class PolicyRow(msgspec.Struct, frozen=True):
    """The settings that hold from a month on."""

    effective_from: date
    proration: str
    settings: dict[str, str]

    def answers(self) -> dict[str, str]:
        """One answer to every doubt, with the law's default where none was chosen."""
        return msgspec.convert(msgspec.to_builtins(policy_on(self.effective_from, self.settings)), dict[str, str])


async def list_policies(client_id: UUID) -> list[PolicyRow]:
    """A client's settings, the newest first."""
    return await db.rows(
        PolicyRow,
        "select effective_from, proration, settings from pay_policy where client_id = $1 order by effective_from desc",
        client_id,
    )


async def keep_policy(client_id: UUID, written: Mapping[str, str]) -> None:
    """Keep a set of answers from a month on; a set of the same month is replaced. `Invalid` names what is wrong."""
    row = _read(written)
    await db.execute(
        "insert into pay_policy (client_id, effective_from, proration, settings) values ($1, $2, $3, $4)"
        " on conflict (tenant_id, client_id, effective_from)"
        " do update set proration = excluded.proration, settings = excluded.settings",
        *(client_id, row.effective_from, row.proration, row.settings),
    )
    await audit.record("changed", "pay_policy", client_id, client_id, effective_from=str(row.effective_from))


def _read(written: Mapping[str, str]) -> PolicyRow:
    try:
        first = Period.parse(written.get("from_month", "")).first
    except ValueError:
        wrong = {"from_month": text("Write a month as year and number, for example 2026-11.")}
        raise Invalid(text("Some fields need your attention."), wrong) from None
    proration = written.get("proration", "")
    if proration not in labels.PRORATION:
        raise Invalid(text("Some fields need your attention."), {"proration": text("Choose one of the given values.")})
    settings = {doubt.name: written.get(doubt.name, doubt.answers[0]) for doubt in doubts_on(first)}
    policy_on(first, settings)
    return PolicyRow(first, proration, settings)
