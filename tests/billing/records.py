"""A provider that subscribes, as Stripe told it: for pages, and for those who try what is not theirs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.ids import uuid7
from tests.make import Office

BEGAN = datetime(2026, 11, 5, 3, tzinfo=UTC)
ENDS = datetime(2026, 12, 5, 3, tzinfo=UTC)
UNIT = {"base": 50_000_000, "client": 10_000_000, "employee": 500_000}


async def fill_billing(word: str, **standing: Any) -> dict[str, UUID]:
    """A living subscription with an invoice, counts, a difference and a preview to agree to; texts bear `word`.

    Once for a provider: what is there already is given again.
    """
    if await db.value("select exists (select from billing_account)"):
        return {
            "stripe_invoice_id": await db.value("select id from stripe_invoice order by issued_at desc limit 1"),
            "wish_id": await db.value("select id from billing_request where kind = 'preview' order by id desc limit 1"),
        }
    key = uuid7().hex
    await _account(key, word)
    await _standing(**standing)
    await _counts(f"sub_{key}")
    await _invoice(f"{key}-1", f"sub_{key}", "paid", BEGAN, word)
    invoice_id = await _invoice(f"{key}-2", f"sub_{key}", "open", BEGAN + timedelta(days=12), word)
    await db.execute(
        "insert into billing_difference (kind, stripe_id, ours, theirs) values ('quantity.employee', $1, '11', '12')",
        f"in_{key}-1",
    )
    await audit.record(
        "changed", "subscription", invoice_id, status="active", plan="rintis", interval="month", clients=4, employees=12
    )
    return {"stripe_invoice_id": invoice_id, "wish_id": await _wishes(key, word)}


async def _account(key: str, word: str) -> None:
    method = {"brand": "visa", "last4": "4242", "month": 11, "year": 2026}
    await db.execute(
        "insert into billing_account (customer_id, name, email, npwp, address, trial_ends_at, method)"
        " values ($1, $2, 'keuangan@example.test', '0912345678901234', $2, $3, $4)",
        *(f"cus_{key}", word, BEGAN, method),
    )
    await db.execute(
        "insert into subscription (stripe_id, asked_at, status, plan, currency, interval, clients, employees, began_at,"
        " period_starts_at, period_ends_at, items) values ($1, now(), 'active', 'rintis', 'idr', 'month', 4, 12, $2, $2,"
        " $3, $4)",
        *(f"sub_{key}", BEGAN, ENDS, [{"id": f"si_{meter}", "meter": meter} for meter in UNIT]),
    )


async def _standing(**changes: Any) -> None:
    facts = {
        "plan": "rintis",
        "reason": "paid",
        "most": {},
        "used": {"client": 4, "employee": 12, "seat": 5},
        **changes,
    }
    names, places = ", ".join(facts), ", ".join(f"${number}" for number in range(1, len(facts) + 1))
    await db.execute(
        f"insert into entitlement ({names}) values ({places}) on conflict (tenant_id) do nothing", *facts.values()
    )


async def _counts(subscription_id: str) -> None:
    for day in range(18):
        await db.execute(
            "insert into usage_day (counted_on, clients, employees, seats) values ($1, $2, $3, 5)",
            *(date(2026, 11, 4) + timedelta(days=day), 3 + day // 12, 9 + day // 5),
        )
    for starts, ends, frozen in ((BEGAN - timedelta(days=30), BEGAN, BEGAN), (BEGAN, ENDS, None)):
        await db.execute(
            "insert into usage_period (stripe_subscription_id, starts_at, ends_at, clients, employees, most_clients,"
            " most_employees, frozen_at) values ($1, $2, $3, 3, 9, 4, 12, $4)",
            *(subscription_id, starts, ends, frozen),
        )


async def _invoice(key: str, subscription_id: str, state: str, issued: datetime, word: str) -> UUID:
    lines = [
        _line(meter, number, number * UNIT[meter]) for meter, number in (("base", 1), ("client", 3), ("employee", 9))
    ]
    lines += [_line("client", 3, -6_000_000, True), _line("client", 4, 8_000_000, True)]
    lines.append({**_line("", 1, 100_000), "words": word})
    subtotal = sum(line["amount"] for line in lines)
    paid = subtotal * 111 // 100 if state == "paid" else 0
    invoice_id: UUID = await db.value(
        "insert into stripe_invoice (stripe_id, subscription_id, asked_at, number, status, currency, subtotal, tax, total,"
        " paid, owed, period_starts_at, period_ends_at, issued_at, paid_at, attempts, next_attempt_at, page_url, pdf_url,"
        " lines) values ($1, $2, now(), $3, $4, 'idr', $5, $6, $7, $8, $7::bigint - $8::bigint, $9, $10, $11, $12, $13, $14,"
        " $15, $16, $17)"
        " returning id",
        *(f"in_{key}", subscription_id, f"TATA-000{key[-1]}", state, subtotal, subtotal * 11 // 100),
        *(subtotal * 111 // 100, paid, BEGAN, ENDS, issued, issued if paid else None, 1),
        *(None if paid else ENDS, f"https://pay.example.test/{key}", f"https://pay.example.test/{key}.pdf", lines),
    )
    return invoice_id


def _line(meter: str, quantity: int, amount: int, proration: bool = False) -> dict[str, Any]:
    begins = BEGAN + timedelta(days=12) if proration else BEGAN
    told = {"meter": meter, "price": f"price_{meter}", "quantity": quantity, "amount": amount, "proration": proration}
    return {**told, "words": "", "from": begins.isoformat(), "to": ENDS.isoformat()}


async def _wishes(key: str, word: str) -> UUID:
    answer = {
        "total": 135_000_000,
        "tax": 13_378_378,
        "currency": "idr",
        "lines": [{"words": word, "amount": 121_621_622}],
    }
    wish_id = uuid7()
    for request_id, kind, plan, state, told in (
        (uuid7(), "preview", "", "done", answer),
        (wish_id, "preview", "tumbuh", "done", answer),
    ):
        await db.execute(
            "insert into billing_request (id, kind, plan, interval, state, answer, actor_name)"
            " values ($1, $2, $3, 'month', $4, $5, 'Owner')",
            *(request_id, kind, plan, state, told),
        )
    return wish_id


async def list_wishes(word: str) -> list[UUID]:
    """A request in each of its states."""
    problem = {
        "msgid": "There is no coupon {code}, or it is not valid any more.",
        "params": {"code": word},
        "field": "coupon",
    }
    ids = []
    for kind, state, url, told in (
        ("cancel", "asked", "", None),
        ("checkout", "open", "https://pay.example.test/page", None),
        ("checkout", "failed", "", problem),
        ("checkout", "given_up", "", None),
        ("change", "done", "", None),
    ):
        ids.append(uuid7())
        await db.execute(
            "insert into billing_request (id, kind, plan, interval, currency, coupon, state, url, url_ends_at, problem,"
            " actor_name) values ($1, $2, 'rintis', 'month', 'idr', 'HEMAT', $3, $4, now() + interval '1 day', $5, 'Owner')",
            *(ids[-1], kind, state, url, told),
        )
    return ids


async def seed_billing(office: Office) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids by parameter, and the addresses of the owner's pages in their other states."""
    async with office.scope():
        most, used = {"client": 50, "employee": 250, "seat": 5}, {"client": 4, "employee": 40, "seat": 4}
        ids = await fill_billing("PT Tata Kelola", most=most, used=used, card_ends_on=date(2026, 11, 30))
        wishes = await list_wishes("HEMAT")
    plans = [f"/subscription/plans?interval={interval}" for interval in ("month", "year")]
    return {name: str(key) for name, key in ids.items()}, {
        "billing.plans": plans,
        "billing.choose": [f"/subscription/plans/choose?plan={plan}" for plan in ("rintis", "tumbuh")],
        "billing.request": [f"/subscription/requests/{key}" for key in wishes],
        "billing.usage": ["/subscription/usage?after=2020-01-01"],
    }
