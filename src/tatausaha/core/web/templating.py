"""The Jinja environment: strict, escaping, speaking the reader's language."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from litestar.plugins.jinja import JinjaTemplateEngine
from markupsafe import Markup

from tatausaha.core import i18n
from tatausaha.core.dates import MONTHS, ZONES, Period, format_clock, format_day, format_moment
from tatausaha.core.i18n import current_language
from tatausaha.core.masking import masked
from tatausaha.core.money import format_minor, format_rupiah
from tatausaha.core.quantities import format_quantity


def make_engine(frontend: Path) -> JinjaTemplateEngine:
    """Litestar's template engine over `frontend/templates`, with the built assets of `frontend/dist`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(frontend / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # or each request asks the disk after a dozen templates
    )
    environment.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    # The extension's own `_` resolves and marks anew at each of a page's hundreds of calls.
    environment.globals["_"] = _say
    environment.filters.update(FILTERS)
    environment.globals.update(
        asset=lambda name: f"/static/{_manifest(frontend)[name]}",
        url=url,
    )
    return JinjaTemplateEngine.from_environment(environment)


@jinja2.pass_context
def url(context: jinja2.runtime.Context, name: str, **parameters: Any) -> str:
    """The address of a route by its name."""
    address: str = context["request"].app.route_reverse(name, **parameters)
    return address


@jinja2.pass_eval_context
def _say(context: jinja2.nodes.EvalContext, msgid: str, **values: Any) -> str:
    """`_("… %(name)s …", name=…)` in a template: the translation, with the values escaped into it on a page."""
    said = i18n.gettext(msgid)
    if context.autoescape:
        said = Markup(said)  # noqa: S704 - our own words
    return said % values if "%" in said else said


@cache
def _manifest(frontend: Path) -> dict[str, str]:
    return msgspec.json.decode((frontend / "dist" / "manifest.json").read_bytes(), type=dict[str, str])


def _rupiah(amount: int | None) -> str:
    return "–" if amount is None else format_rupiah(amount, current_language())


def _minor(amount: int | None, currency: str) -> str:
    return "–" if amount is None else format_minor(amount, currency, current_language())


def _number(value: int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}".replace(",", "." if current_language() == "id" else ",")


def _quantity(value: int | None) -> str:
    return "–" if value is None else format_quantity(value, current_language())


def _percent(rate: int) -> str:
    """A rate in parts per 100,000 as people write it: 250 → 0,25 %."""
    whole = f"{rate / 1000:.3f}".rstrip("0").rstrip(".")
    return (whole.replace(".", ",") if current_language() == "id" else whole) + "\u202f%"


def _day(value: date | None) -> str:
    return "–" if value is None else format_day(value, current_language())


def _local_day(value: datetime, zone: str = "Asia/Jakarta") -> date:
    return value.astimezone(ZONES[zone]).date()


def _moment(value: datetime | None, zone: str = "Asia/Jakarta") -> str:
    return "–" if value is None else format_moment(value, zone, current_language())


def _clock(value: datetime, zone: str = "Asia/Jakarta") -> str:
    return format_clock(value, zone, current_language())


def _month(value: Period | date | str) -> str:
    if isinstance(value, str):
        value = Period.parse(value[:7])
    return f"{MONTHS[current_language()][value.month - 1]} {value.year}"


def _json(value: Any) -> Markup:
    """Data for a chart inside <script type="application/json">: `<` cannot end the element."""
    text = json.dumps(msgspec.to_builtins(value), default=str, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - escaped here


FILTERS = {
    "rupiah": _rupiah,
    "minor": _minor,
    "number": _number,
    "quantity": _quantity,
    "percent": _percent,
    "day": _day,
    "local_day": _local_day,
    "moment": _moment,
    "clock": _clock,
    "month": _month,
    "masked": masked,
    "json": _json,
}
