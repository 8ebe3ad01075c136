"""Every operation of the API, called as its own OpenAPI document allows and as it forbids: never a fault, always as documented.

`TATA_EXAMPLES` says how many calls each operation gets; `make fuzz` makes many, the usual run few.
"""

import os
from collections.abc import AsyncIterator

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tatausaha.identity.api import document_of
from tatausaha.main import OPERATIONS
from tests.api import Program, program_of
from tests.make import Office, make_office
from tests.test_isolation import HARMLESS, Ids, furnish

EXAMPLES = int(os.environ.get("TATA_EXAMPLES", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
TOKEN_CALLS = 400
"""After so many, another token: each may call only so often in a minute."""

# Tokens that are wrong have tests of their own; here every call bears one.
SCHEMA = schemathesis.openapi.from_dict({**document_of(OPERATIONS), "security": []})
BY_LABEL = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}


class Caller:
    """A manager's program, with every scope, that knows one of everything."""

    def __init__(self, office: Office, ids: Ids) -> None:
        self.office, self.ids, self.calls = office, ids, 0
        self.program: Program | None = None

    async def send(self, case: schemathesis.Case) -> httpx.Response:
        if self.calls % TOKEN_CALLS == 0:
            self.program = await program_of(self.office, "owner")
        self.calls += 1
        assert self.program is not None
        made = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        headers = {**made.headers, "Authorization": f"Bearer {self.program.token}"}
        return await self.program.http.request(made.method, made.url, headers=headers, content=made.body or b"")


@pytest.fixture(scope="module")
async def caller(app: Litestar) -> AsyncIterator[Caller]:
    office = await make_office(app)
    yield Caller(office, await furnish(office, office.client_id))
    await office.leave()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", BY_LABEL)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=EXAMPLES < 100,
)
@given(data=st.data())
async def test_an_operation_never_fails_and_answers_as_documented(
    caller: Caller, label: str, mode: GenerationMode, data: st.DataObject
) -> None:
    if mode is GenerationMode.NEGATIVE and label in NOTHING_TO_SPOIL:
        return
    case = data.draw(BY_LABEL[label].as_strategy(generation_mode=mode))
    if mode is GenerationMode.POSITIVE and data.draw(st.booleans()):
        case.path_parameters = {name: str((HARMLESS | caller.ids)[name]) for name in case.path_parameters or {}}
        if isinstance(case.body, dict) and "client_id" in case.body:
            case.body["client_id"] = str(caller.ids["client_id"])
    response = await caller.send(case)

    case.validate_response(response, checks=CHECKS)


NOTHING_TO_SPOIL = {"GET /api/v1/me"}
