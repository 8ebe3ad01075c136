"""Forms whose fields depend on the shift: what was counted by each way of paying, and sales by hand."""

from collections.abc import Mapping

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah, parse_rupiah
from tatausaha.core.quantities import parse_quantity
from tatausaha.sales.forms import LinesForm
from tatausaha.sales.queries.lines import Sold, find_sold, scaled
from tatausaha.sales.queries.shifts import Shift
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.rules.methods import method_of
from tatausaha.sales.service import booking
from tatausaha.sales.service.booking import Booked, Document
from tatausaha.sales.service.tills import ATTENTION

COUNTED = "counted."
ROWS = 8
MOST = 10**12
NO_AMOUNT = text("Write an amount of whole rupiah, for example 1.250.000.")


def read_count(values: Mapping[str, str]) -> tuple[Rupiah, dict[str, Rupiah], str]:
    """Opening cash, what was counted by way of paying, and the reason. Raises `Invalid` at the fields."""
    problems: dict[str, Text] = {}
    amounts = {
        name: _amount(name, value, problems)
        for name, value in values.items()
        if name == "opening_cash" or name.startswith(COUNTED)
    }
    if problems:
        raise Invalid(ATTENTION, problems)
    counted = {name.removeprefix(COUNTED): amount for name, amount in amounts.items() if name.startswith(COUNTED)}
    return amounts.get("opening_cash", 0), counted, values.get("reason", "")


def _amount(name: str, written: str, problems: dict[str, Text]) -> Rupiah:
    try:
        amount = parse_rupiah(written) if written.strip() else 0
    except ValueError:
        amount = -1
    if not 0 <= amount < MOST:
        problems[name] = NO_AMOUNT
    return amount


async def book_rows(shift: Shift, form: LinesForm, values: Mapping[str, str]) -> Booked:
    """Sales typed at a shift: lines of a receipt, or without one, what was sold of an item all day.

    Raises `Invalid` at the fields of rows that cannot be.
    """
    rows = [index for index in range(ROWS) if values.get(f"item.{index}", "").strip()]
    problems: dict[str, Text] = {} if rows else {"item.0": text("Write the code, barcode or name of an item.")}
    words = {index: values[f"item.{index}"].strip() for index in rows}
    sold = await find_sold(shift.client_id, sorted(set(words.values())))
    lines = [_line(shift, form, index, sold.get(words[index]), values, problems) for index in rows]
    if problems:
        raise Invalid(ATTENTION, problems)
    try:
        return await booking.book(
            shift.client_id, shift.place_id, [line for line in lines if line], Document("shift", shift.id)
        )
    except Invalid as refused:
        at = {f"quantity.{rows[int(name.removeprefix('lines.'))]}": said for name, said in refused.fields.items()}
        raise Invalid(refused.message, at) from None


def _line(
    shift: Shift, form: LinesForm, index: int, sold: Sold | None, values: Mapping[str, str], problems: dict[str, Text]
) -> Line | None:
    if sold is None:
        problems[f"item.{index}"] = text("This is the code, barcode or name of no item.")
    quantity = _quantity(values.get(f"quantity.{index}", ""))
    if quantity <= 0:
        problems[f"quantity.{index}"] = text("Write how many, for example 2 or 0,5.")
    amount = _amount(f"amount.{index}", values.get(f"amount.{index}", ""), problems)
    if sold is None or problems:
        return None
    sign = -1 if form.kind == "refund" else 1
    return Line(
        shift.day,
        sold.item_id,
        sign * scaled(quantity, sold.factor),
        sign * amount,
        form.receipt[:60],
        method=method_of(form.method),
        till=shift.till_code,
        shift=shift.number,
    )


def _quantity(written: str) -> int:
    try:
        quantity = parse_quantity(written)
    except ValueError:
        return 0
    return quantity if quantity < MOST else 0
