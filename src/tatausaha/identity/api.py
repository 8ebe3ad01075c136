"""The API's own document, the page that explains it, and who the caller is."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.response import Template
from litestar.routes import HTTPRoute

from tatausaha.core.i18n import Text, text
from tatausaha.core.process import tools
from tatausaha.core.web.access import ANY_SCOPE, EVERYONE
from tatausaha.core.web.operations import read
from tatausaha.core.web.pages import page
from tatausaha.core.web.scopes import SCOPES
from tatausaha.core.web.viewer import AppRequest

VERSION = "1"
DESCRIPTION = """Payroll, people and documents of client companies, for programs.

Every call carries a token: `Authorization: Bearer tata_…`. Amounts are whole rupiah; days are ISO 8601. Lists come in
pages: give `next` as `after`. A POST with an `Idempotency-Key` acts once; sent again within a day it gets the same
answer. Refusals are `application/problem+json` with a sentence, and for wrong input one at each field.
"""


class Me(msgspec.Struct, frozen=True):
    """Whose token it is and what it may do now; `client_ids` is null where it reaches every client of the provider."""

    name: str
    role: str
    provider: str
    scopes: list[str]
    client_ids: list[UUID] | None


class Operation(msgspec.Struct, frozen=True):
    """One operation as the guide shows it."""

    method: str
    path: str
    says: Text
    scope: str
    label: Text | None


class Api(Controller):
    """What programs and their makers ask first."""

    @read("/api/v1/me", name="api.me", says=text("Who am I"), group=text("Token"), scope=ANY_SCOPE, roles=EVERYONE)
    async def me(self, request: AppRequest) -> Me:
        viewer = request.user
        clients = None if viewer.client_ids is None else list(viewer.client_ids)
        return Me(viewer.name, viewer.role, viewer.provider_name, sorted(viewer.scopes or ()), clients)

    @get("/api/openapi.json", name="api.document_of_itself", scope=ANY_SCOPE, sessions=True, roles=EVERYONE)
    async def openapi(self, request: AppRequest) -> Response[dict[str, Any]]:
        """The OpenAPI document, for generators and checkers."""
        return Response(request.app.state.openapi())

    @get("/api", name="api.guide", roles=EVERYONE)
    async def guide(self, request: AppRequest) -> Template:
        """The operations in words, and how to call them."""
        groups: dict[str, list[Operation]] = defaultdict(list)
        for handler, path in _operations(request):
            if request.user.role in handler.opt["roles"]:
                scope = handler.opt["scope"]
                label = SCOPES[scope].label if scope in SCOPES else None
                method = next(iter(handler.http_methods))
                operation = Operation(method, path, handler.opt["says"], scope, label)
                groups[handler.opt["group"].msgid].append(operation)
        address = tools().settings.base_url
        return page(
            request,
            "identity/api.html",
            groups=[(Text(group), listed) for group, listed in groups.items()],
            address=address,
        )


def _operations(request: AppRequest) -> list[tuple[HTTPRouteHandler, str]]:
    """Handlers and addresses, a list before its single things."""
    found = [
        (handler, re.sub(r"{(\w+)}", r":\1", route.path_format))
        for route in request.app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "says" in handler.opt
    ]
    return sorted(found, key=lambda one: one[1])


def document_of(controllers: Sequence[type[Controller]]) -> dict[str, Any]:
    """The OpenAPI document of these controllers, made from their handlers alone, by an application that serves nobody.

    The framework would serve it beside pages of other makers, to everyone.
    """
    bearer = SecurityScheme(type="http", scheme="bearer", description="A token of the page /account/tokens.")
    config = OpenAPIConfig(
        title="Tatausaha",
        version=VERSION,
        description=DESCRIPTION,
        components=Components(security_schemes={"token": bearer}),
        security=[{"token": []}],
        use_handler_docstrings=True,
    )
    return Litestar(controllers, openapi_config=config, include_in_schema=False).openapi_schema.to_schema()
