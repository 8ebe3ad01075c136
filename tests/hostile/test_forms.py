"""Every form of every page, with every field filled as nobody should: a sentence or a harmless record, never a fault.

The forms are those that the pages themselves show and the routes those of the application, so that a new one is tried too.
"""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import NamedTuple

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash
from tatausaha.purchasing.service.links import token_of
from tests.hostile.corpus import NASTY, Nasty, percent
from tests.hostile.pages import Form, forms_of, holds_markup
from tests.hostile.visiting import visitor
from tests.make import Office, Person
from tests.test_isolation import Ids, cases, furnish

SLOWEST = 30.0
"""Seconds for one answer: one that hangs shows, a busy machine does not."""
SPREAD = 10
"""Each field is given every tenth nasty value, others than its neighbour. With 1, minutes, everything is tried."""

POLITE = {200, 303, 403, 404, 409, 413, 422, 429}
RUN_STATES = ("draft", "calculated", "approved", "published", "reviewed")
TOKEN = "a-link-out-of-a-letter"
# Forms that appear only after other steps, or with more than one membership.
UNSHOWN = {
    "/switch": {"member_id": ""},
    "/account/sessions/end": {"session": "00ff"},
    "/account/passkey/remove": {"passkey": "00ff"},
    "/passkeys/options": {"purpose": "enter"},
    "/sign-in/code": {"code": "000000"},
    "/sign-in/code/passkey": {"credential": "{}"},
    "/sign-in/set-up": {"proposal": "x", "code": "000000"},
    "/sign-in/set-up/passkey": {"credential": "{}", "name": "x"},
    "/access/settings/{client_id:uuid}": {"shows_names": "yes", "weekly": "yes"},
    "/stock/months/{client_id:uuid}/close": {"month": "2026-10"},
    "/prices/{price_list_id:uuid}/end": {"ends_on": "31/12/2027", "reason": "x"},
    "/changes/{change_id:uuid}/approve": {"comment": "x"},
    "/changes/{change_id:uuid}/reject": {"comment": "x"},
    "/portal/changes/{change_id:uuid}/approve": {"comment": "x"},
    "/reports/tables/{table:str}/files": {"client": "", "format": "csv", "to": "", "place": "", "category": ""},
    "/portal/reports/{table:str}/files": {"format": "csv", "to": "", "place": "", "category": ""},
    "/purchasing/settings/{client_id:uuid}/letters/preview": {"language": "id", "subject": "x", "body": "{order}"},
    "/subscription/checkout": {"plan": "rintis", "interval": "month", "currency": "idr", "coupon": ""},
    "/privacy/destructions": {"client_id": "", "employee_id": "", "until": "", "reason": "x"},
    "/privacy/people/{employee_id:uuid}/lift": {"reason": "x"},
    "/people/imports/{import_id:uuid}/check": {"column:name": "0"},
    "/purchasing/suppliers/imports/{supplier_import_id:uuid}/check": {"column:code": "0"},
    "/stock/counts/{count_id:uuid}/ask": {"reason": "x"},
    "/stock/counts/{count_id:uuid}/imports/{count_sheet_id:uuid}/check": {"column:code": "0"},
    "/stock/labels": {"size": "3x8", "prices": "1", "count:x": "1"},
    "/stock/labels/choose": {"ids": ""},
    "/sales/imports/{sales_import_id:uuid}/check": {"column:item": "0"},
    "/sales/imports/{sales_import_id:uuid}/match": {"written": "x", "item": "x"},
    "/sales/shifts/{shift_id:uuid}/seen": {},
    "/stock/imports/{item_import_id:uuid}/check": {"column:name": "0", "currency": "USD", "rate": "1", "rate_on": ""},
    "/payroll/{run_id:uuid}/inputs/imports/{sheet_id:uuid}/check": {"column:number": "0"},
}
# Pages that show another form when they are asked for something.
FURTHER = {
    "/payroll/{run_id:uuid}": ("?tab=inputs",),
    "/purchasing/orders/new": ("?supplier={supplier_id}",),
    "/purchasing/requests/new": ("?client={client_id}",),
    "/purchasing/suggestions": ("?client={client_id}&place={place_id}",),
    "/purchasing/receipts/new": ("?order={goods_order_id}",),
    "/purchasing/bills/new": ("?order={goods_order_id}", "?supplier={goods_supplier_id}"),
    "/purchasing/returns/new": ("?supplier={goods_supplier_id}&place={goods_place_id}",),
    "/purchasing/payments/new": ("?client={client_id}&until=31/12/2027",),
    "/prices/new": ("?client={client_id}",),
    "/subscription/plans/choose": ("?plan=tumbuh",),
    "/hours": ("?edit={work_time_id}",),
    "/invoices": ("/{issued_id}",),
    "/stock/counts/new": ("?client={client_id}",),
    "/stock/supplies/new": ("?client={client_id}",),
}
# What a person who means well types where a page shows an empty field.
WELL_FILLED: dict[str, Nasty] = {
    "name": "PT Sejahtera",
    "kind-0": "payslip",
    "price-0": "5.000",
    "code": "basic",
    "number": "1",
    "amount": "1.000.000",
    "basic": "5.000.000",
    "joined_on": "2026-01-05",
    "starts_on": "2026-01-05",
    "ends_on": "2027-01-05",
    "ended_on": "2027-01-05",
    "contract_ends_on": "",
    "month": "2027-01",
    "from_month": "2027-01",
    "email": "sari@example.test",
    "password": "empat kata yang panjang",
    "comment": "x",
    "time": "1:30",
    "hourly": "50.000",
    "reason": "resigned",
    "gross": "1",
    "year": "2026",
}
# What a handler calls that reads what was typed.
READERS = {"make_file", "typed_values", "_typed", "check_again"}
# Signing out would end the test; files have tests of their own.
LEFT_OUT = {"/sign-out", "/people/import", "/stock/import", "/purchasing/suppliers/import"}


# Pages whose form appears once a client is chosen.
OF_A_CLIENT = {"/stock/moves/new", "/stock/moves/transfer"}


class Found(NamedTuple):
    """A form, the page that shows it, and whose browser shows that."""

    browser: httpx.AsyncClient
    page: str
    form: Form
    csrf: str


async def test_no_form_can_be_filled_so_that_the_house_falters(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    async with visitor(app) as stranger:
        forms = await every_form(app, office, own, stranger)
        for number, (path, found) in enumerate(sorted(forms.items())):
            for changes in fillings(found.form, number):
                answer = await send(found, changes)
                assert answer.status_code in POLITE, (path, changes, answer.text)
                assert not holds_markup(answer.text), (path, changes)
                assert answer.elapsed.total_seconds() < SLOWEST, (path, changes)

    assert sorted(forms_that_need_trying(app) - set(forms)) == []
    assert set(forms) <= forms_that_need_trying(app)
    assert await tainted_pages(app, office, own) == []


async def every_form(app: Litestar, office: Office, own: Ids, stranger: httpx.AsyncClient) -> dict[str, Found]:
    """One form for each route that takes fields, in the hands of somebody whom its page is shown to."""
    needed, forms = forms_that_need_trying(app), dict[str, Found]()
    async for found in shown_forms(app, office, own, stranger):
        path = next((path for path in needed if pattern(path).fullmatch(found.form.action)), None)
        if path and set(found.form.values) - {"_csrf"}:
            forms.setdefault(path, found)
    for path, values in UNSHOWN.items():
        address = re.sub(r"{(\w+):uuid}", lambda part: str(own[part[1]]), path)
        person = office.approver if path.startswith("/portal/") else office.owner
        forms[path] = Found(person.http, "/account", Form(address, "post", values), person.csrf)
    return forms


def forms_that_need_trying(app: Litestar) -> set[str]:
    """The routes whose handlers read what was typed."""
    return {
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute) and "POST" in route.route_handler_map
        if any(name in READERS for name in route.route_handler_map["POST"][0].fn.__code__.co_names)
    } - LEFT_OUT


def pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub("{[^}]*:uuid}", "[0-9a-f-]{36}", re.sub("{[^}]*:str}", "[^/]+", path)))


async def shown_forms(app: Litestar, office: Office, own: Ids, stranger: httpx.AsyncClient) -> AsyncIterator[Found]:
    await send_links(office, own)
    for page in ("/sign-in", "/forgotten", *(f"/{way}/{TOKEN}" for way in ("invitations", "reset", "email"))):
        for form in forms_of((await stranger.get(page)).text, page):
            yield Found(stranger, page, form, "")
    order = f"/order/{token_of(own['link_id'])}"
    async with office.scope():
        await db.execute("update order_answer set decision = 'declined', decided_at = now()")
    for form in forms_of((await stranger.get(order)).text, order)[1:]:
        yield Found(stranger, order, form, "")
    async with office.scope():
        await db.execute("update order_answer set decision = null, decided_at = null")
    for state in RUN_STATES:
        async with office.scope():
            await db.execute("update pay_run set state = $2 where id = $1", own["run_id"], state)
        for person, page in pages(app, office, own):
            if state == RUN_STATES[-1] or page.startswith("/payroll"):
                answer = await person.get(page)
                for form in forms_of(answer.text, page):
                    yield Found(person.http, page, form, person.csrf)


async def send_links(office: Office, own: Ids) -> None:
    """Letters with the link that the test knows: an invitation, a new password, another address."""
    hashed = token_hash(TOKEN)
    async with gate_scope():
        await db.execute("update invitation set token_hash = $2 where id = $1", own["invitation_id"], hashed)
        account = await db.value("select account_id from member where id = $1", office.viewer.member_id)
        await db.execute(
            "insert into password_reset (account_id, token_hash, expires_at) values ($1, $2, now() + interval '1 hour')",
            *(account, hashed),
        )
        await db.execute(
            "insert into email_change (account_id, email, old_token_hash, new_token_hash, expires_at)"
            " values ($1, $2, $3, $4, now() + interval '1 hour')",
            *(account, f"{account}@example.test", hashed, token_hash("another link")),
        )


def pages(app: Litestar, office: Office, own: Ids) -> Iterator[tuple[Person, str]]:
    """Every page, by one person of each kind that may see it."""
    ours = own | {"member_id": office.worker.member_id}
    for case in cases(app):
        for roles in (("owner",), ("approver",)):
            allowed = [role for role in roles if role in case.roles]
            if case.method == "GET" and allowed and not case.path.endswith("/events"):
                address = case.address(ours) + (f"?client={ours['client_id']}" if case.path in OF_A_CLIENT else "")
                for further in ("", *FURTHER.get(case.path, ())):
                    yield office.people[allowed[0]], address + further.format_map(ours)


def fillings(form: Form, number: int) -> Iterator[dict[str, Nasty]]:
    """Every field nasty at once, and each field by itself among others that are well filled."""
    names = [name for name in form.values if name != "_csrf"]
    for value in islice(NASTY, number % SPREAD, None, SPREAD):
        yield dict.fromkeys(names, value)
    for index, name in enumerate(names):
        for value in islice(NASTY, (number + index) % SPREAD, None, SPREAD):
            yield {name: value}
    yield {"tenant_id": "x", "role": "owner"}


async def send(found: Found, changes: dict[str, Nasty]) -> httpx.Response:
    values: dict[str, Nasty] = {**WELL_FILLED, **found.form.values}
    values = {name: values[name] or WELL_FILLED.get(name, "") for name in found.form.values}
    if "version" in values and "version" not in changes:
        values["version"] = await fresh_version(found)
    body = percent({**values, **changes, "_csrf": found.csrf})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return await found.browser.post(found.form.action, content=body, headers=headers)


async def fresh_version(found: Found) -> str:
    forms = forms_of((await found.browser.get(found.page)).text, found.page)
    return next(form.values["version"] for form in forms if form.action == found.form.action)


async def tainted_pages(app: Litestar, office: Office, own: Ids) -> list[str]:
    """The pages that fail, or run what was typed, after all that."""
    answers = [(page, await person.get(page)) for person, page in pages(app, office, own)]
    return [page for page, answer in answers if answer.status_code >= 500 or holds_markup(answer.text)]
