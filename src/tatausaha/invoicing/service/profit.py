"""What each client brings: invoices, or what the agreed prices would give, against the cost of the hours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.queries import finished, prices
from tatausaha.invoicing.queries import profit as queries
from tatausaha.invoicing.rules.pricing import PricedLine, price
from tatausaha.invoicing.rules.profit import Result, Source, Work

TREND = 12


class Month(msgspec.Struct, frozen=True):
    """All that came in and what it cost in a month."""

    period: Period
    income: Rupiah
    cost: Rupiah


async def list_results(period: Period) -> list[Result]:
    """Every client's month, those that lose money first, then those that bring least. Needs the provider's scope.

    A month without an invoice counts what the agreed prices would give for the work that is done so far.
    """
    income = {one.client_id: one for one in await queries.list_income(period.first, period.first)}
    worked = await queries.sum_work(period.first, period.last)
    estimates = {key: sum(line.amount for line in lines) for key, lines in (await _estimate(period, None)).items()}
    names = await queries.list_names({*income, *estimates, *(key for key, _ in worked)})
    results = [
        _result(
            *(client_id, name, period, income.get(client_id), estimates.get(client_id)),
            worked.get((client_id, period.first), Work()),
        )
        for client_id, name in names.items()
    ]
    return sorted(results, key=lambda one: (one.margin, one.client_name, one.client_id))


async def get_result(client_id: UUID, name: str, period: Period) -> tuple[Result, UUID | None, Sequence[PricedLine]]:
    """One client's month, with its invoice, or else with the lines that the agreed prices would give."""
    found = await queries.list_income(period.first, period.first, client_id)
    work = (await queries.sum_work(period.first, period.last, client_id)).get((client_id, period.first), Work())
    lines: Sequence[PricedLine] = () if found else (await _estimate(period, client_id)).get(client_id, ())
    estimate = sum(line.amount for line in lines) if lines else None
    result = _result(client_id, name, period, found[0] if found else None, estimate, work)
    return result, found[0].invoice_id if found else None, lines


async def list_trend(period: Period, client_id: UUID | None = None) -> list[Month]:
    """The twelve months that end with `period`: what was invoiced or drafted, and what the hours cost."""
    months = [period]
    while len(months) < TREND:
        months.insert(0, months[0].previous())
    income: Counter[date] = Counter()
    cost: Counter[date] = Counter()
    for one in await queries.list_income(months[0].first, period.first, client_id):
        income[one.period] += one.subtotal
    for (_, month), work in (await queries.sum_work(months[0].first, period.last, client_id)).items():
        cost[month] += work.cost
    return [Month(one, income[one.first], cost[one.first]) for one in months]


async def _estimate(period: Period, client_id: UUID | None) -> Mapping[UUID, Sequence[PricedLine]]:
    """What the agreed prices would give for work that stands behind no invoice yet, by client."""
    lists = await prices.list_for_month(period)
    counted: dict[UUID, dict[str, int]] = {}
    for one in await finished.count_done(client_id, period.first, period.last) if lists else ():
        counted.setdefault(one.client_id, {})[one.kind] = one.open
    return {
        key: price(agreed.lines, counted.get(key, {}), agreed.minimum, agreed.part_of(period))
        for key, agreed in lists.items()
        if client_id in (None, key)
    }


def _result(
    client_id: UUID, name: str, period: Period, income: queries.Income | None, estimate: Rupiah | None, work: Work
) -> Result:
    if income is not None:
        return Result(client_id, name, period.first, income.subtotal, "drafted" if income.drafted else "invoiced", work)
    source: Source = "none" if estimate is None else "estimated"
    return Result(client_id, name, period.first, estimate or 0, source, work)
