"""Looking after the access log: what was unusual, whether the chain holds, and the weekly letters to clients."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.audit_chain import find_head
from tatausaha.core.audit_queries import INTERNAL
from tatausaha.core.audit_verify import verify
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Language, Text, render, text, use_language
from tatausaha.core.ids import first_id, uuid7
from tatausaha.core.process import tools
from tatausaha.identity import queries
from tatausaha.identity.unusual import Finding, Rule, find_unusual, reason

LANGUAGE: Language = "id"
"""Of letters to owners, whose own language only their account knows."""
PAGE = 50


class Unusual(msgspec.Struct, frozen=True, kw_only=True):
    """One unusual hour of a person, and what a manager made of it."""

    id: UUID
    rule: Rule
    actor_id: UUID
    actor_name: str
    hour: datetime
    figures: dict[str, object]
    grave: bool
    verdict: str
    note: str
    reviewed_at: datetime | None
    reviewed_by: str

    @property
    def reason(self) -> Text:
        """Why it stands here, in words."""
        return reason(self.rule, self.figures)


class Checked(msgspec.Struct, frozen=True):
    """What the last check of the chain found."""

    at: datetime
    links: int
    events: int
    pruned: int
    head: str
    problem: str | None


async def watch(now: datetime | None = None) -> int:
    """Note what was unusual, each hour of a person once for each rule, and write to owners of the gravest."""
    noted = [finding for finding in await find_unusual(now or datetime.now(UTC)) if await _note(finding)]
    for finding in noted:
        if finding.grave:
            await _tell_owners(
                "unusual_access",
                f"unusual {finding.rule} {finding.actor_id} {finding.hour.isoformat()}",
                name=finding.actor_name,
                why=_in_words(reason(finding.rule, finding.figures)),
                link=f"{tools().settings.base_url}/access/unusual",
            )
    return len(noted)


async def list_unusual(open_only: bool, before: UUID | None) -> list[Unusual]:
    """Newest first, one more than a page."""
    return await db.rows(
        Unusual,
        "select * from unusual_access where (not $1 or reviewed_at is null) and ($2::uuid is null or id < $2)"
        " order by id desc limit $3",
        *(open_only, before, PAGE + 1),
    )


async def get_unusual(unusual_id: UUID) -> Unusual:
    """One, or `NotFound`."""
    found = await db.row(Unusual, "select * from unusual_access where id = $1", unusual_id)
    if found is None:
        raise NotFound(text("This entry does not exist."))
    return found


async def judge(unusual: Unusual, verdict: str, note: str, *, judge_id: UUID, judge_name: str) -> None:
    """Keep what a manager made of it, once; nobody judges what they did themself."""
    if unusual.actor_id == judge_id:
        raise Conflict(text("This is about yourself; somebody else has to look at it."))
    kept = await db.execute(
        "update unusual_access set verdict = $2, note = $3, reviewed_at = now(), reviewed_by = $4"
        " where id = $1 and reviewed_at is null",
        *(unusual.id, verdict, note, judge_name),
    )
    if not kept:
        raise Conflict(text("Somebody else has looked at this already."))
    await audit.record("reviewed", "unusual", unusual.id, verdict=verdict)


async def check(key: bytes) -> None:
    """Walk the chain, keep what was found in the log itself, and write to owners when it does not hold."""
    found = await verify(key)
    problem = str(found.problem) if found.problem else None
    head = f"{found.head.number} {found.head.hash.hex()}" if found.head else ""
    facts = {"links": found.links, "events": found.events, "pruned": found.pruned, "head": head, "problem": problem}
    await audit.record("verified", "chain", None, facts=facts)
    if problem:
        await _tell_owners("chain_broken", f"chain {problem}", why=problem, link=f"{tools().settings.base_url}/access")


async def last_check() -> Checked | None:
    """The last check, if there was one. Needs the provider's scope."""
    found = await db.records(
        "select created_at, detail->'facts' as facts from audit_event where action = 'verified' order by id desc limit 1"
    )
    return msgspec.convert({"at": found[0]["created_at"], **found[0]["facts"]}, Checked) if found else None


async def write_digests(today: date | None = None) -> None:
    """To the approvers of each client, once a week: who did how much with its data, and the head of the chain."""
    now = today or datetime.now(UTC).date()
    monday = now - timedelta(days=now.weekday() + 7)
    head = await find_head()
    due = await db.records(
        "select c.id, c.name, c.payslip_language as language from client c left join log_share s on s.client_id = c.id"
        " where c.archived_at is null and coalesce(s.weekly, true)"
    )
    for client in due:
        counts = await _count(client["id"], monday)
        if not counts["lines"]:
            continue
        for email, role in await queries.list_approvers(client["id"]):
            if role == "approver":
                await letters.write(
                    "access_digest",
                    email,
                    once_key=f"digest {client['id']} {monday} {email}",
                    language=client["language"],
                    client_id=client["id"],
                    client=client["name"],
                    first=monday.isoformat(),
                    last=(monday + timedelta(days=6)).isoformat(),
                    head=f"{head.number} {head.hash.hex()}" if head else "–",
                    link=f"{tools().settings.base_url}/portal/access",
                    **counts,
                )


async def _count(client_id: UUID, monday: date) -> dict[str, int]:
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC) - timedelta(hours=7)
    found = await db.records(
        "select count(*)::int as lines, count(distinct actor_id)::int as people,"
        " count(*) filter (where action in ('saw', 'searched'))::int as looked,"
        " count(*) filter (where action in ('exported', 'downloaded'))::int as taken,"
        " count(*) filter (where action = 'revealed')::int as revealed,"
        " count(*) filter (where action not in ('saw', 'searched', 'exported', 'downloaded', 'revealed'))::int as changed"
        " from audit_event where client_id = $1 and id >= $2 and id < $3 and object_kind <> all($4)"
        " and actor_role not in ('approver', 'viewer')",
        *(client_id, first_id(start), first_id(start + timedelta(days=7)), list(INTERNAL)),
    )
    return dict(found[0])


async def _note(finding: Finding) -> bool:
    made = await db.value(
        "insert into unusual_access (id, rule, actor_id, actor_name, hour, figures, grave)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, rule, actor_id, hour) do nothing returning id",
        *(uuid7(), finding.rule, finding.actor_id, finding.actor_name, finding.hour, finding.figures, finding.grave),
    )
    return made is not None


async def _tell_owners(template: str, once_key: str, **data: str) -> None:
    for record in await db.records("select email from member where role = 'owner' and ended_at is null"):
        key = f"{once_key} {record['email']}"
        await letters.write(template, record["email"], once_key=key, language=LANGUAGE, client_id=None, **data)


def _in_words(message: Text) -> str:
    with use_language(LANGUAGE):
        return render(message)
