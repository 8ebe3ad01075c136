"""What a lapse stops and what it never does: every changing route has its place on one of two lists."""

import re
from collections import defaultdict
from datetime import timedelta
from html import unescape

from litestar import Litestar

from tatausaha.core import entitlements
from tatausaha.core.i18n import render
from tatausaha.core.ids import uuid7
from tatausaha.core.web.viewer import NOT_TAKEN
from tests.billing.beginnings import beginnings
from tests.hostile.pages import forms_of
from tests.hostile.test_forms import Found, pages, pattern, send
from tests.make import Office, make_standing
from tests.test_isolation import cases, furnish

LONG_AGO = timedelta(days=400)
# Whatever no lapse stops: work that is under way, what is looked at and taken along, the way in, the settings, the money.
GOES_ON = (
    r"/(sign-in|sign-out|switch|preferences|confirm|forgotten|reset|email|invitations|passkeys)(/.*)?",
    r"/account/.*|/settings(/.*)?|/access/.*|/team/(invitations/.*|{member_id:uuid}/.*)",
    r"/(jobs|changes|privacy)/.*|/api/v1/changes/.*",
    r"/clients/{client_id:uuid}(/(archive|brand|numbers/{series:str}|services))?",
    r"/portal/(access|approvals|changes|privacy|reports|invoices)/.*",
    r"/people/export|/people/{employee_id:uuid}(/(?!resume).*)?|/people/imports/{import_id:uuid}/check",
    r"/api/v1/employees/{employee_id:uuid}(/.*)?",
    r"/payroll/(settings|slips|{run_id:uuid})/.*",
    r"/(api/v1/)?reports/.*",
    r"/purchasing/(orders/{order_id|requests/{purchase_request_id|bills/{bill_id|receipts/{receipt_id):uuid}(/.*)?",
    r"/purchasing/(payments|returns|payables/settings|settings)(/.*)?|/api/v1/receipts|/order/{link:str}",
    r"/purchasing/suppliers(/{supplier_id:uuid}.*|/imports/.*)?",
    r"/sales/(shifts/{shift_id:uuid}|imports|invoices|tills)(/.*)?",
    r"/sales/customers(/{customer_id:uuid}(/(?!invoices).*)?)?",
    r"/stock/(counts/{count_id:uuid}|imports|items|labels|months|places|settings|export)(/.*)?",
    r"/stock/supplies/{supply_request_id:uuid}/.*|/api/v1/items(/.*)?",
    r"/(subscription|billing|invoices|prices|profit|hours|api/v1/hours|api/v1/invoices)(/.*)?",
)


def changing(app: Litestar) -> set[str]:
    return {f"{case.method} {case.path}" for case in cases(app) if case.method not in ("GET", "HEAD")}


async def test_a_long_lapse_refuses_every_beginning_with_a_sentence_and_a_paid_subscription_none(
    app: Litestar, office: Office
) -> None:
    attempts = await beginnings(office)
    async with office.scope():
        await make_standing()
    paid = {route: await attempt(1) for route, attempt in attempts.items()}
    assert {route: answer.text for route, answer in paid.items() if answer.status_code not in (200, 201, 303)} == {}

    async with office.scope():
        await make_standing(timedelta(days=1))
    grace = {route: (await attempt(2)).status_code for route, attempt in attempts.items()}
    stopped = {"POST /clients", "POST /clients/{client_id:uuid}/restore", "POST /team/invite"}
    assert {route for route, status in grace.items() if status not in (200, 201, 303)} == stopped
    assert {grace[route] for route in stopped} == {402}

    async with office.scope():
        await make_standing(LONG_AGO)
    lapsed = {route: await attempt(3) for route, attempt in attempts.items()}
    refused = dict.fromkeys(attempts, 402) | {"POST /portal/supplies": 409}
    assert {route: answer.status_code for route, answer in lapsed.items()} == refused
    async with office.scope():
        standing = await entitlements.find()
    assert standing is not None
    reason = render(standing.refusal("run") or "")
    for route, answer in lapsed.items():
        said = answer.json()["title"] if "/api/" in route else unescape(answer.text)
        assert (render(NOT_TAKEN) if "/portal/" in route else reason) in said, route
        assert ("Owner" in said) == (not route.startswith(("POST /portal/", "POST /api/"))), "whom to ask"

    described = (await office.worker.get("/api/openapi.json")).json()["paths"]
    assert len(described) > 20
    assert [
        path for path, verbs in described.items() if "402" not in verbs.get("post", {"responses": ["402"]})["responses"]
    ] == []

    elsewhere = changing(app) - set(attempts)
    assert set(attempts) <= changing(app)
    undecided = {route for route in elsewhere if not any(re.fullmatch(f"\\w+ (?:{rule})", route) for rule in GOES_ON)}
    assert undecided == set(), "place these: they begin something, or they belong to what is under way"
    assert [route for route in attempts if any(re.fullmatch(f"\\w+ (?:{rule})", route) for rule in GOES_ON)] == []


async def test_a_long_lapse_hides_no_page_and_takes_every_form_of_what_is_under_way(
    app: Litestar, office: Office
) -> None:
    own = defaultdict(uuid7, await furnish(office, office.client_id))
    async with office.scope():
        await make_standing(LONG_AGO)
    begun = [pattern(route.removeprefix("POST ")) for route in await beginnings(office)]

    hidden, refused, sent = set[str](), set[str](), set[str]()
    for person, address in pages(app, office, own):
        shown = await person.get(address)
        if shown.status_code == 402 or shown.status_code >= 500:
            hidden.add(address)
        for form in forms_of(shown.text, address):
            if form.action not in {*sent, "/sign-out"} and not any(one.fullmatch(form.action) for one in begun):
                sent.add(form.action)
                answer = await send(Found(person.http, address, form, person.csrf), {})
                if answer.status_code == 402 or render(NOT_TAKEN) in answer.text:
                    refused.add(form.action)
    assert (hidden, refused) == (set(), set())
    assert len(sent) > 80
