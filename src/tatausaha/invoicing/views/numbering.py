"""How the provider numbers its own invoices, in one series over all its clients."""

from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import audit, numbers
from tatausaha.core.i18n import text
from tatausaha.core.numbers import Pattern
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing import invoice_forms as forms
from tatausaha.invoicing.service.approving import SERIES
from tatausaha.people.rules import today

PAGE = "invoicing/numbering.html"


class NumberingController(Controller):
    """The pattern, the number that comes next, and the numbers that were given up."""

    path = "/invoices/numbers"

    @get("/", name="invoicing.numbers", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            context = await _context()
            await audit.saw("number_pattern")
        return page(request, PAGE, values=context["kept"], errors={}, **context)

    @post("/", name="invoicing.set_numbers", roles=MANAGERS)
    async def save(self, request: AppRequest) -> Redirect:
        """Number so from now on."""
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, PAGE, values, **await _context())
            form = parse(forms.NumberForm, values)
            pattern = Pattern(SERIES, form.pattern, form.reset, "", forms.count_of(form.version))
            following = await numbers.set_pattern(None, pattern, today())
        return go_to("/invoices/numbers", text("Saved. The next number is {number}.", number=following))


async def _context() -> dict[str, Any]:
    kept = await numbers.get_pattern(None, SERIES)
    return {
        "kept": kept,
        "following": await numbers.preview(kept, None, today()),
        "voided": await numbers.list_voided(None),
    }
