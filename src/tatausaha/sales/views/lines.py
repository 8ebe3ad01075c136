"""Sales by hand: what was sold in a shift, by item or receipt by receipt."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.sales import forms
from tatausaha.sales.queries import shifts as queries
from tatausaha.sales.queries.shifts import Shift
from tatausaha.sales.rules.methods import METHODS
from tatausaha.sales.service import counting
from tatausaha.sales.views.shifts import about

FORM = "sales/lines_form.html"


class LineController(Controller):
    """A form on a phone."""

    path = "/sales/shifts/{shift_id:uuid}/lines"

    @get("/new", name="sales.new_lines", roles=STAFF)
    async def show(self, request: AppRequest, shift_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            shift = await queries.get_shift(shift_id)
            await audit.saw("shift", shift_id, shift.client_id)
        return page(request, FORM, **_context(shift), values={"method": "cash"}, errors={})

    @post("/", name="sales.book_lines", roles=STAFF)
    async def book(self, request: AppRequest, shift_id: FromPath[UUID]) -> Redirect:
        """Book the rows that are filled in, all of them or none."""
        async with request.user.scope():
            shift = await queries.get_shift(shift_id)
            values = await typed_values(request)
            expect_form(request, FORM, values, **_context(shift))
            booked = await counting.book_rows(shift, parse(forms.LinesForm, _shared(values)), values)
        if booked.known and not booked.new:
            return go_to(f"/sales/shifts/{shift_id}", text("All of this was booked before."))
        return go_to(f"/sales/shifts/{shift_id}", text("Booked. Lines: {count}.", count=booked.new))


def _context(shift: Shift) -> dict[str, Any]:
    return {
        **about(shift),
        "rows": range(counting.ROWS),
        "methods": [(method, label) for method, (label, _) in METHODS.items()],
        "kinds": list(forms.KINDS.items()),
    }


def _shared(values: Typed) -> Typed:
    """What all rows share: the fields of the rows have a number behind a dot."""
    return {name: value for name, value in values.items() if not name.partition(".")[2].isdigit()}
