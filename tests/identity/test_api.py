"""The API tells of itself: a document for programs, a page for people."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tatausaha.core.web.access import ANY_SCOPE
from tatausaha.core.web.scopes import SCOPES
from tests.api import program_of
from tests.hostile.visiting import visitor
from tests.make import ROLES, Office


def operations(app: Litestar) -> list[tuple[str, Any]]:
    return [
        (route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/")
        for handler in route.route_handlers
        if "OPTIONS" not in handler.http_methods
    ]


async def test_every_operation_names_its_scope(app: Litestar) -> None:
    wrong = [path for path, handler in operations(app) if handler.opt.get("scope") not in {*SCOPES, ANY_SCOPE}]

    assert wrong == []
    assert len(operations(app)) > 10


async def test_an_operation_is_offered_to_every_role_that_can_hold_its_scope_and_to_no_other(app: Litestar) -> None:
    """A token of a role that can never call an operation is not offered its scope."""
    for path, handler in operations(app):
        if handler.opt["scope"] in SCOPES:
            assert handler.opt["roles"] <= SCOPES[handler.opt["scope"]].roles, path


@pytest.mark.parametrize("role", ROLES)
async def test_the_guide_lists_what_the_role_can_call(app: Litestar, office: Office, role: str) -> None:
    answer = await office.people[role].get("/api")

    assert answer.status_code == 200
    assert ("/api/v1/employees" in answer.text) == (role in ("owner", "manager", "worker"))
    assert "/api/v1/documents" in answer.text


async def test_the_document_is_for_those_who_are_known(app: Litestar, office: Office) -> None:
    program = await program_of(office, "viewer", scopes=["reports:read"])
    by_token, by_session = await program.get("/api/openapi.json"), await office.worker.get("/api/openapi.json")
    async with visitor(app) as stranger:
        refused = await stranger.get("/api/openapi.json")

    assert (by_token.status_code, refused.status_code) == (200, 401)
    assert by_token.json() == by_session.json()


async def test_the_document_describes_operations_alone_and_each_of_them_whole(office: Office) -> None:
    document = (await office.owner.get("/api/openapi.json")).json()

    assert all(path.startswith("/api/v1/") for path in document["paths"])
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["summary"], (path, method)
            assert told["tags"], (path, method)
            assert {"401", "403", "404", "422", "429"} <= set(told["responses"]), (path, method)
            assert all(response["description"] for response in told["responses"].values()), (path, method)


async def test_no_page_of_another_maker_shows_the_document(office: Office) -> None:
    for path in ("/schema", "/schema/openapi.json", "/schema/swagger", "/docs"):
        assert (await office.owner.get(path)).status_code == 404


async def test_refusals_are_problems_with_a_sentence_at_each_field(office: Office) -> None:
    program = await program_of(office, "worker")
    wrong = await program.post("/api/v1/employees", {"client_id": "x", "basic": -1})
    unknown = await program.post("/api/v1/employees", {"surprise": "<b>"})
    absent = await program.get("/api/v1/nothing")
    method = await program.http.delete("/api/v1/employees")

    for answer in (wrong, unknown, absent, method):
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= {"type", "status", "title"}
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"client_id"})
    assert "surprise" not in unknown.text
    assert (absent.status_code, method.status_code) == (404, 405)
    assert set(method.headers["allow"].split(", ")) == {"GET", "OPTIONS", "POST"}
