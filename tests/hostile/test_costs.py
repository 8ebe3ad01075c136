"""One person cannot have the house do costly work without end."""

from litestar import Litestar

from tatausaha.core.web.costs import FILES, PER_MINUTE
from tests.make import Office


async def test_costly_work_is_limited_for_each_person_and_others_go_on(office: Office) -> None:
    answers = [await office.worker.get("/people/import/template") for _ in range(FILES + 1)]
    other = await office.manager.get("/people/import/template")

    assert [answer.status_code for answer in answers] == [200] * FILES + [429]
    assert "retry-after" in answers[-1].headers
    assert other.status_code == 200


async def test_a_limit_of_another_thing_is_not_used_up_by_it(office: Office) -> None:
    for _ in range(FILES + 1):
        await office.worker.get("/people/import/template")

    assert (await office.worker.get("/people")).status_code == 200


def test_every_limit_is_that_of_a_route(app: Litestar) -> None:
    names = {handler.name for route in app.routes for handler in getattr(route, "route_handlers", ())}

    assert PER_MINUTE.keys() - names == set()
