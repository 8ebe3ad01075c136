"""Two houses in one process, everything at once: neither ever sees a word of the other. `TATA_TEST_REQUESTS` for more."""

import asyncio
import os
from itertools import cycle, islice
from random import Random

from litestar import Litestar

from tatausaha.core import db
from tests.make import ROLES, Office, Person, drain
from tests.test_isolation import cases, furnish

REQUESTS = int(os.environ.get("TATA_TEST_REQUESTS", "1000"))
PARALLEL = 50
SLOW = ("/events",)


def marked(office: Office) -> str:
    return f"Kenari{office.tenant_id.hex[-8:]}"


async def mark(office: Office) -> dict[str, object]:
    """Everything of the house says whose it is."""
    own = await furnish(office, office.client_id)
    async with office.scope():
        await db.execute("update client set name = name || $1", marked(office))
        await db.execute("update employee set name = name || $1", marked(office))
        await db.execute("update provider set name = name || $1 where id = $2", marked(office), office.tenant_id)
    await drain(office.tenant_id)
    return dict(own)


def addresses(app: Litestar, office: Office, own: dict[str, object]) -> list[tuple[Person, str]]:
    return [
        (office.people[role], case.address(own) + query)  # type: ignore[arg-type]
        for case in cases(app)
        if case.method == "GET" and own.keys() >= set(case.names) and not case.path.endswith(SLOW)
        for role in sorted(case.roles & set(ROLES))
        for query in ("", "?q=Kenari")
    ]


async def test_nothing_of_one_house_is_ever_in_an_answer_to_the_other(
    app: Litestar, office: Office, other_office: Office
) -> None:
    asked: list[tuple[Person, str, str]] = []
    for one, other in ((office, other_office), (other_office, office)):
        asked += [(person, address, marked(other)) for person, address in addresses(app, one, await mark(one))]
    Random(7).shuffle(asked)
    room, seen = asyncio.Semaphore(PARALLEL), list[tuple[str, int]]()

    async def ask(person: Person, address: str, foreign: str) -> None:
        async with room:
            answer = await person.get(address)
        assert foreign not in answer.text + str(answer.headers), address
        seen.append((address, answer.status_code))

    await asyncio.gather(*(ask(*each) for each in islice(cycle(asked), REQUESTS)))

    assert [each for each in seen if each[1] >= 500 and each[1] != 503] == []
    assert sum(status == 200 for _, status in seen) > REQUESTS / 2
