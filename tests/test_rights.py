"""Who may do what, as one table: every route and role decided, tokens never wider than their person, for random people.

The table is written here by hand of rules and not read from the routes, or it would agree with whatever they say.
"""

import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import HTTPRoute

from tatausaha.core.errors import AppError
from tatausaha.core.web.access import ANY_SCOPE, PUBLIC, guard_roles
from tatausaha.core.web.scopes import SCOPES, scopes_of
from tatausaha.core.web.viewer import Role, Viewer
from tatausaha.identity.queries import visible_clients
from tatausaha.identity.tokens import narrowed
from tests.make import ROLES

STAFF, PORTAL = {"owner", "manager", "worker"}, {"approver", "viewer"}
MANAGERS, EVERYBODY = {"owner", "manager"}, STAFF | PORTAL
APPROVERS, ANYBODY = {"approver"}, EVERYBODY | {"public"}
# The first rule that fits says who may come in at most; a route's own roles may be fewer.
RULES: tuple[tuple[str, set[str]], ...] = (
    (r"GET /$", ANYBODY),
    (r"\w+ /(sign-in|static|health|invitations|order|forgotten|email|reset|brand|passkeys|preferences)(/|$)", ANYBODY),
    (r"POST /billing/stripe$", {"public"}),
    (r"\w+ /subscription(/|$)", {"owner"}),
    (r"\w+ /(account|confirm|sign-out|switch)(/|$)|GET /api$", EVERYBODY),
    (r"GET /api/(openapi.json$|v1/(me|clients|documents|reports)(/|$))|POST /api/v1/reports", EVERYBODY),
    (r"\w+ /api/v1/changes", STAFF | APPROVERS),
    (r"GET /api/v1/log", MANAGERS | PORTAL),
    (r"\w+ /(invoices|prices|profit)(/|$)|GET /api/v1/(price-lists|invoices)(/|$)", MANAGERS),
    (
        r"\w+ /api/v1/(employees|runs|slips|jobs|items|stock|purchasing|supplier-bills|receipts|shifts|sales)(/|$)",
        STAFF,
    ),
    (r"POST /portal/(access/export|payslips|reports|supplies)", PORTAL),
    (r"\w+ /(api/v1/)?hours(/|$)", STAFF),
    (r"POST /portal", APPROVERS),
    (r"GET /portal", PORTAL),
    (r"GET /documents/|GET /(clients/[^/]+|settings)/logo$", EVERYBODY),
    (r"\w+ /(team|settings|access|unusual|keys)(/|$)", MANAGERS),
    (r"POST /clients|GET /clients/(new|[^/]+/(edit|brand|rules))$|\w+ /(payroll|purchasing|stock)/settings", MANAGERS),
    (r"POST /stock/months", MANAGERS),
    (r"GET /people/[^/]+/access|\w+ /privacy/(breaches|processors|destructions|holds|people|retention)", MANAGERS),
    (r"\w+ /(work|search|clients|people|payroll|stock|purchasing|sales|reports|jobs|changes|privacy)(/|$)", STAFF),
)
CLIENTS = [UUID(int=number) for number in range(6)]


def widest(method: str, path: str) -> set[str]:
    """The roles that may have this route at all; none for one that no rule knows."""
    return next((roles for rule, roles in RULES if re.match(rule, f"{method} {path}")), set())


Routes = list[tuple[str, str, BaseRouteHandler]]
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def table(app: Litestar) -> Routes:
    """Method, path and handler of everything that can be asked."""
    return sorted(routes(app), key=lambda one: one[:2])


def routes(app: Litestar) -> Iterable[tuple[str, str, BaseRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield method, route.path, handler


def test_every_route_is_decided_for_every_role_and_opens_to_nobody_beyond_the_rules(table: Routes) -> None:
    beyond = [
        f"{method} {path}: {sorted(handler.opt.get('roles', ())) or 'undecided'}"
        for method, path, handler in table
        if not handler.opt.get("roles") or not set(handler.opt["roles"]) <= widest(method, path)
    ]

    assert beyond == [], "\n".join(beyond)


def test_every_operation_has_a_scope_and_no_page_has(table: Routes) -> None:
    wrong = [path for _, path, handler in table if path.startswith("/api/") != ("scope" in handler.opt)]

    assert wrong == []


def viewers() -> st.SearchStrategy[Viewer]:
    """People of every role, by session or by token, with any clients."""
    return st.builds(
        Viewer,
        account_id=st.uuids(),
        member_id=st.uuids(),
        tenant_id=st.uuids(),
        role=st.sampled_from(cast("tuple[Role, ...]", ROLES)),
        name=st.just("Sari"),
        email=st.just(""),
        provider_name=st.just(""),
        language=st.just("id"),
        theme=st.just("auto"),
        client_ids=st.none() | st.lists(st.sampled_from(CLIENTS), unique=True).map(tuple),
        session_hash=st.just(b""),
        scopes=st.none() | st.frozensets(st.sampled_from([*SCOPES])),
    )


def let_in(path: str, handler: BaseRouteHandler, viewer: Viewer | None) -> bool:
    connection = SimpleNamespace(scope={"path": path, "user": viewer}, user=viewer)
    try:
        guard_roles(cast("ASGIConnection[Any, Any, Any, Any]", connection), handler).send(None)
    except StopIteration:
        return True
    except AppError:
        return False
    raise AssertionError("the guard waits for something")


def allowed(handler: BaseRouteHandler, viewer: Viewer | None) -> bool:
    """The policy, said once more in other words."""
    roles, scope = handler.opt["roles"], handler.opt.get("scope")
    if roles >= PUBLIC:
        return True
    if viewer is None or viewer.role not in roles:
        return False
    if viewer.scopes is None:
        return (scope is None or bool(handler.opt.get("sessions"))) and not handler.opt.get("recent")
    return scope == ANY_SCOPE or (scope is not None and scope in viewer.scopes)


@patient
@given(viewer=st.none() | viewers(), data=st.data())
def test_the_guard_lets_in_whom_the_policy_lets_in(table: Routes, viewer: Viewer | None, data: st.DataObject) -> None:
    method, path, handler = data.draw(st.sampled_from(table))

    assert let_in(path, handler, viewer) == allowed(handler, viewer), (method, path)


@patient
@given(viewer=viewers(), data=st.data())
def test_a_token_opens_no_operation_to_a_role_that_cannot_hold_its_scope(
    table: Routes, viewer: Viewer, data: st.DataObject
) -> None:
    _, path, handler = data.draw(st.sampled_from([one for one in table if "scope" in one[2].opt]))
    scope = handler.opt["scope"]

    if let_in(path, handler, viewer) and scope in SCOPES:
        assert scope in scopes_of(viewer.role)


@patient
@given(
    role=st.sampled_from(ROLES),
    client_id=st.sampled_from(CLIENTS),
    assigned=st.none() | st.lists(st.sampled_from(CLIENTS), unique=True),
    chosen=st.none() | st.lists(st.sampled_from(CLIENTS), unique=True, min_size=1),
)
def test_a_token_never_reaches_a_client_that_its_person_does_not(
    role: str, client_id: UUID, assigned: list[UUID] | None, chosen: list[UUID] | None
) -> None:
    own = visible_clients(role, client_id if role in PORTAL else None, assigned)
    reached = narrowed(own, chosen)

    if own is not None:
        assert reached is not None
        assert set(reached) <= set(own)
    if chosen is not None:
        assert reached is not None
        assert set(reached) <= set(chosen)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_is_offered_to_exactly_its_roles(scope: str) -> None:
    assert {role for role in ROLES if scope in scopes_of(role)} == set(SCOPES[scope].roles)
