"""What the stock is worth: by day, by place, by category, and how it came about."""

from litestar import Controller, get
from litestar.response import Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import MONTHS, Period
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import id_of, list_query, month_of
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.stock.queries import places
from tatausaha.stock.rules.sources import KINDS
from tatausaha.stock.service.valuing import Valuation, value_month

MOST_BARS = 12


class ValueController(Controller):
    """One client at a time: what is worth much differs from shop to shop."""

    @get("/stock/value", name="stock.value", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        """A month of one client, day by day."""
        params = list_query(request, "client", "place", "month")
        client_id, day = id_of(params, "client"), today()
        month = min(Period.of(month_of(params, "month") or day), Period.of(day))
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            names = await clients.list_names()
            within = await places.list_places(client_id, archived=True) if client_id and name else []
            place = next((one for one in within if str(one.id) == params.get("place")), None)
            found = None
            if client_id and name:
                found = await value_month(client_id, place.id if place else None, month, day)
            await audit.saw("stock_value", None, client_id if name else None, month=str(month))
        return page(
            request,
            "stock/value.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            clients=names,
            places=within,
            place=place,
            month=month,
            found=found,
            kinds=KINDS,
            charts=_charts(found, month) if found else [],
        )


def _charts(found: Valuation, month: Period) -> list[Chart]:
    language = current_language()
    first, last = (format_rupiah(amount, language) for amount in (found.opening, found.closing))
    named = f"{MONTHS[language][month.month - 1]} {month.year}"
    value = render(text("Stock value"))
    days = Chart(
        render(text("Stock value by day, {month}", month=named)),
        render(text("From {first} to {last}.", first=first, last=last)),
        "line",
        [str(number) for number in range(1, len(found.days) + 1)],
        [Series(name=value, values=found.days)],
    )
    groups = found.by("category")[:MOST_BARS]
    shown = [name or render(text("No category")) for name, _ in groups]
    said = render(text("{name} is worth most.", name=shown[0])) if shown else ""
    bars = Chart(
        render(text("Stock value by category")),
        said,
        "bar",
        shown,
        [Series(name=value, values=[one for _, one in groups])],
    )
    return [days, bars] if groups else [days]
