"""The demo's pages about personal data are alive."""

from tatausaha.core import db
from tatausaha.core.actor import Actor
from tatausaha.demo.past import Team
from tatausaha.demo.privacy import live_through
from tests.make import Office
from tests.privacy.make import employ


async def test_there_is_something_to_look_at_and_only_once(office: Office) -> None:
    await employ(office)
    people = [Actor(office.people[r].member_id, r.title(), r) for r in ("worker", "manager", "approver")]
    team = Team(office.tenant_id, office.client_id, "X", *people)

    for _ in range(2):
        await live_through([team])

    async with office.scope():
        counts = [
            await db.value(f"select count(*)::int from {table}")
            for table in ("privacy_request", "sub_processor", "processor_consent", "breach", "breach_note")
        ]
    assert counts == [1, 1, 1, 1, 1]
