"""What the payment service tells: ten thousand signed webhooks, against a bare handler that checks a token and inserts."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from statistics import median
from urllib.parse import urlsplit

import msgspec

from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

EVENTS, ROUNDS, AT_ONCE = 10_000, 5, 16
SECRET, TOKEN = "whsec_bench", "bench"
# As large as a subscription with three items is.
FILLING = {"items": [{"id": f"si_{n}", "price": {"id": f"price_{n}", "metadata": {"x": "y" * 600}}} for n in range(3)]}


async def measure(house: House) -> list[Measure]:
    await house.run("create table bare_event (id text primary key, received_at timestamptz default now(), body jsonb)")
    billed = msgspec.structs.replace(house.settings, stripe_key="sk_test_bench", stripe_webhook_secret=SECRET)
    direct = msgspec.structs.replace(house.settings, database_url=house.servers.url("postgres"))
    async with served(direct, "tests.bench.bare:create_app") as bare, served(billed) as ours:
        floor, rates = [], []
        for number in range(ROUNDS):
            bodies = [event(f"evt_{number}_{n}") for n in range(EVENTS // ROUNDS)]
            floor.append(await rate([request(f"{bare}/insert", body, f"Token: {TOKEN}") for body in bodies]))
            rates.append(await rate([request(f"{ours}/billing/stripe", body, signature(body)) for body in bodies]))
    stored = await house.ask("select count(*) from stripe_event")
    assert stored == EVENTS, f"{stored} of {EVENTS} were stored"
    ratio = median(mine / least for mine, least in zip(rates, floor, strict=True))
    note = f"{median(rates):,.0f}/s / {median(floor):,.0f}/s"
    return [Measure("webhooks: accepted, against a bare insert", ratio, "of bare", 0.5, note=note)]


def event(name: str) -> bytes:
    """An event as the payment service words it."""
    whole = {"id": "sub_bench", "object": "subscription", "customer": "cus_bench", **FILLING}
    return msgspec.json.encode(
        {"id": name, "object": "event", "type": "customer.subscription.updated", "created": int(time.time())}
        | {"api_version": "2026-10-28.endive", "data": {"object": whole}}
    )


def signature(body: bytes) -> str:
    moment = int(time.time())
    signed = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"Stripe-Signature: t={moment},v1={signed}"


def request(address: str, body: bytes, header: str) -> tuple[str, int, bytes]:
    """Host, port, and the bytes to send: made beforehand, so that the asking side costs little of the machine."""
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.port
    lines = (f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json", header)
    head = "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode()
    return parts.hostname, parts.port, head + body


async def rate(requests: Sequence[tuple[str, int, bytes]]) -> float:
    """Answers in a second, over some connections that are kept open."""
    began = time.perf_counter()
    await asyncio.gather(*(send_all(requests[n::AT_ONCE]) for n in range(AT_ONCE)))
    return len(requests) / (time.perf_counter() - began)


async def send_all(requests: Sequence[tuple[str, int, bytes]]) -> None:
    host, port, _ = requests[0]
    reader, writer = await asyncio.open_connection(host, port)
    for *_, sent in requests:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.split(b" ", 2)[1] in (b"200", b"201"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
    writer.close()
    await writer.wait_closed()
