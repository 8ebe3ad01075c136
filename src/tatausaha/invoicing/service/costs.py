"""What an hour of a person costs the provider: said by owners, from a day on."""

from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.hour_forms import CostForm
from tatausaha.invoicing.queries import hours as queries

MOST = 1_000_000_000


async def set_cost(form: CostForm) -> str:
    """Keep it from its day on; the same day said again takes its place. Gives the person's name. Raises `Invalid`."""
    people = {str(one.id): one for one in await queries.list_people()}
    problems = {}
    if form.member_id not in people:
        problems["member_id"] = text("Choose the person.")
    if form.hourly >= MOST:
        problems["hourly"] = text("Less than one billion rupiah an hour.")
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    member = people[form.member_id]
    await db.execute(
        "insert into member_cost (member_id, starts_on, hourly) values ($1, $2, $3)"
        " on conflict (tenant_id, member_id, starts_on) do update set hourly = excluded.hourly",
        *(member.id, form.starts_on, form.hourly),
    )
    # The amount is for owners alone; the log is read by managers too.
    await audit.record("set", "member_cost", UUID(form.member_id), starts_on=form.starts_on.isoformat())
    return member.name
