"""The door of the payment service: what is signed is kept once, and everything else leaves no trace."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import msgspec
import pytest
import stripe
from litestar import Litestar

from tatausaha.core import process
from tests.make import Office

SECRET = "whsec_of_this_test"
ADDRESS = "/billing/stripe"


@pytest.fixture(autouse=True)
def billing_on(app: Litestar) -> Iterator[None]:
    kept = process.tools()
    settings = msgspec.structs.replace(kept.settings, stripe_key="sk_test_x", stripe_webhook_secret=SECRET)
    process._open[0] = msgspec.structs.replace(kept, settings=settings)
    yield
    process._open[0] = kept


@pytest.fixture
async def http(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def event(name: str, kind: str = "invoice.paid", **of_object: object) -> bytes:
    about = {"object": "invoice", "id": "in_1", "customer": "cus_1", **of_object}
    return msgspec.json.encode(
        {"id": name, "object": "event", "type": kind, "created": 1_790_000_000, "data": {"object": about}}
    )


def signed(body: bytes, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    moment = int(time.time()) - age
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body.decode(), secret, moment)}


async def kept(superuser: asyncpg.Connection, name: str) -> list[asyncpg.Record]:
    return list(await superuser.fetch("select * from stripe_event where id = $1", name))


async def test_a_signed_event_is_kept_once_however_often_it_comes(
    http: httpx.AsyncClient, office: Office, superuser: asyncpg.Connection
) -> None:
    name = f"evt_{uuid4().hex}"
    body = event(name)
    answers = [await http.post(ADDRESS, content=body, headers=signed(body, age=age)) for age in (0, 299, -60)]
    # A browser that is signed in somewhere plays no part in it.
    answers.append(await office.owner.http.post(ADDRESS, content=body, headers=signed(body)))

    assert [answer.status_code for answer in answers] == [200] * 4
    (row,) = await kept(superuser, name)
    assert (row["kind"], row["customer_id"], row["tenant_id"]) == ("invoice.paid", "cus_1", None)
    assert (row["routed_at"], row["handled_at"]) == (None, None)
    assert msgspec.json.decode(row["body"]) == msgspec.json.decode(body)


@pytest.mark.parametrize(
    ("body", "customer_id"),
    [
        (event("?", "customer.updated", object="customer", id="cus_itself", customer=None), "cus_itself"),
        (event("?", "some.kind_of_next_year", customer={"id": "cus_x"}), None),
        (event("?", metadata={"words": "a \x00 b"}), "cus_1"),
    ],
)
async def test_every_kind_is_kept_and_only_the_customer_is_read(
    http: httpx.AsyncClient, superuser: asyncpg.Connection, body: bytes, customer_id: str | None
) -> None:
    name = f"evt_{uuid4().hex}"
    body = body.replace(b'"?"', f'"{name}"'.encode())

    assert (await http.post(ADDRESS, content=body, headers=signed(body))).status_code == 200
    assert [row["customer_id"] for row in await kept(superuser, name)] == [customer_id]


async def test_what_is_forged_stale_or_changed_on_the_way_leaves_no_trace(
    http: httpx.AsyncClient, superuser: asyncpg.Connection
) -> None:
    body, other = event("evt_forged"), event("evt_forged", customer="cus_2")
    stripped = signed(body)["Stripe-Signature"].replace("v1=", "v0=")
    refused: list[tuple[bytes, dict[str, Any]]] = [
        (body, {}),
        (body, {"Stripe-Signature": "nonsense"}),
        (body, {"Stripe-Signature": b"t=1,v1=\xe9\xe9"}),
        (body, {"Stripe-Signature": stripped}),
        (body, signed(body, secret="whsec_of_somebody_else")),
        (body, signed(body, age=301)),
        (body, signed(body, age=86_400)),
        (body, signed(body, age=-330)),
        (other, signed(body)),
        (body + b" ", signed(body)),
        (b"\xff", signed(body)),
    ]
    unreadable = [b"", b"[]", b'{"id": 1}', event("evt forged"), event("e" * 256), event("", "x")]
    refused += [(one, signed(one)) for one in unreadable]
    before = await superuser.fetchval("select count(*) from stripe_event")
    answers = [await http.post(ADDRESS, content=sent, headers=headers) for sent, headers in refused]

    assert [answer.status_code for answer in answers] == [400] * len(refused)
    assert len({answer.text for answer in answers[: -len(unreadable)]}) == 1
    assert await superuser.fetchval("select count(*) from stripe_event") == before


async def test_a_body_beyond_all_measure_is_refused(http: httpx.AsyncClient) -> None:
    body = event("evt_large", words="x" * 512 * 1024)

    assert (await http.post(ADDRESS, content=body, headers=signed(body))).status_code == 413


async def test_without_billing_there_is_no_door(http: httpx.AsyncClient, superuser: asyncpg.Connection) -> None:
    tools = process.tools()
    settings = msgspec.structs.replace(tools.settings, stripe_key="", stripe_webhook_secret="")
    process._open[0] = msgspec.structs.replace(tools, settings=settings)
    body = event("evt_off")

    assert (await http.post(ADDRESS, content=body, headers=signed(body, secret=" "))).status_code == 404
    assert await kept(superuser, "evt_off") == []


async def test_what_nobody_looked_into_for_long_is_told_to_monitors(
    http: httpx.AsyncClient, superuser: asyncpg.Connection
) -> None:
    name = f"evt_{uuid4().hex}"
    body = event(name)
    await http.post(ADDRESS, content=body, headers=signed(body))
    await superuser.execute("update stripe_event set received_at = now() - interval '11 minutes' where id = $1", name)
    lagging = (await http.get("/health")).json()
    await superuser.execute("update stripe_event set handled_at = now() where id = $1", name)

    assert lagging == {"status": "lagging"}
