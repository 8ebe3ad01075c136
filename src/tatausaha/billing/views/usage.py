"""What is counted: each night, by paid period, and where what was billed is not what was counted."""

from datetime import date
from typing import Any

from litestar import Controller, Response, get
from litestar.response import Template

from tatausaha.billing import banner, words
from tatausaha.billing.difference_words import difference
from tatausaha.billing.queries import accounts, days, differences
from tatausaha.billing.queries.days import Day
from tatausaha.billing.views.files import csv_of
from tatausaha.core import audit
from tatausaha.core.dates import parse_day
from tatausaha.core.exports import Column
from tatausaha.core.i18n import text
from tatausaha.core.web.access import OWNERS
from tatausaha.core.web.lists import list_query, split_page
from tatausaha.core.web.pages import page
from tatausaha.core.web.viewer import AppRequest

PAGE, MOST, SHOWN = 60, 4_000, 50
COLUMNS = (
    Column("counted_on", text("Day"), "day"),
    Column("clients", text("Client companies"), "number"),
    Column("employees", text("Employees"), "number"),
    Column("seats", text("People of yours"), "number"),
)


class UsageController(Controller):
    """The counts that the subscription is billed by, before and after they are."""

    path = f"{banner.HOME}/usage"

    @get("/", name="billing.usage", roles=OWNERS)
    async def show(self, request: AppRequest) -> Template:
        """Differences first, then periods, then days."""
        params = list_query(request, "after")
        async with request.user.scope():
            found = await days.list_days(PAGE + 1, _day(params.get("after")))
            rows, more = split_page(found, PAGE)
            context: dict[str, Any] = {
                "account": await accounts.find_account(),
                "subscription": await accounts.find_subscription(),
                "periods": await days.list_periods(),
                "differences": [_said(row) for row in await differences.list_differences(limit=SHOWN)],
            }
            await audit.saw("usage", count=len(rows))
        return page(
            request,
            "billing/usage.html",
            fragment="billing/_days.html",
            **context,
            rows=rows,
            params=params,
            next=rows[-1].counted_on.isoformat() if more else None,
            words=words,
        )

    @get("/file", name="billing.usage_file", roles=OWNERS)
    async def export(self, request: AppRequest) -> Response[bytes]:
        """Every day that was counted, as CSV."""
        async with request.user.scope():
            rows = await days.list_days(MOST)
            await audit.saw("usage", action="exported", count=len(rows))
        return await csv_of("usage", COLUMNS, [_record(row) for row in rows])

    @get("/differences/file", name="billing.differences_file", roles=OWNERS)
    async def export_differences(self, request: AppRequest) -> Response[bytes]:
        """Every difference that was found, with what it means in words, as CSV."""
        async with request.user.scope():
            rows = [row async for row in differences.stream_differences()]
            await audit.saw("billing_differences", action="exported", count=len(rows))
        return await csv_of(
            "differences",
            differences.COLUMNS,
            [{**row, "kind": difference(row["kind"], row["ours"], row["theirs"])} for row in rows],
        )


def _record(row: Day) -> dict[str, Any]:
    return {"counted_on": row.counted_on, "clients": row.clients, "employees": row.employees, "seats": row.seats}


def _said(row: differences.DifferenceRow) -> dict[str, Any]:
    return {"words": difference(row.kind, row.ours, row.theirs), "row": row}


def _day(written: str | None) -> date | None:
    try:
        return parse_day(written) if written else None
    except ValueError:
        return None
