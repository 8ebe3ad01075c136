"""Files by which a bank is told to pay many at once. A layout is data: its lines, what it takes, and where it comes from.

Banks tie a layout to the contract with their customer, so that each says how sure it is, and asks to be compared with the
bank's present template. What none of them can say, the plain list says: every column, for typing or for a converter.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

import msgspec

from tatausaha.core.errors import Invalid
from tatausaha.core.exports import Column
from tatausaha.core.formulas import guarded
from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah

CHECK = text("Compare it with your bank's current template before you send it: banks change theirs by contract.")
ATTENTION = text("This file cannot be written.")
_UNSAFE = re.compile(r"[^A-Za-z0-9 .,()/&'-]+")


class Transfer(msgspec.Struct, frozen=True):
    """What one receiver gets, in whole rupiah."""

    account: str
    holder: str
    bank: str
    amount: Rupiah
    remark: str
    email: str = ""


class Layout(msgspec.Struct, frozen=True):
    """How a bank reads a file: format strings for the head and for each transfer.

    `within` are the banks that it can pay to (none: all); `debit` is what the payer's account looks like. Lines have
    `delimiter`s, or all the same `width`.
    """

    code: str
    label: str
    version: str
    source: str
    header: str
    detail: str
    debit: str
    account: str
    within: tuple[str, ...] = ()
    delimiter: str = ""
    width: int = 0
    line_end: str = "\r\n"
    suffix: str = "csv"


LAYOUTS: dict[str, Layout] = {
    "mandiri_mcm": Layout(
        code="mandiri_mcm",
        label="Mandiri Cash Management (MCM), CSV",
        version="1",
        source="read from the output of one public program; the number of columns at the end is not confirmed",
        header="P,{pay_on:%Y%m%d},{debit},{count},{total},",
        # IBU: to an account at the same bank; the words for other banks are not known.
        detail="{account},{holder:.35},,,,IDR,{amount},{remark:.30},,IBU,,,,,,,N,{email},,,,,,,,,,,,,,,,,,,,,,,,{remark:.30}",
        debit=r"\d{13}",
        account=r"\d{13}",
        within=("mandiri",),
        delimiter=",",
    ),
}

PLAIN: tuple[Column, ...] = (
    Column("pay_on", text("Pay on"), "day"),
    Column("holder", text("Account holder")),
    Column("bank", text("Bank")),
    Column("account", text("Account number")),
    Column("amount", text("Amount"), "money"),
    Column("remark", text("Remark")),
    Column("email", text("E-mail")),
)
"""The list that has every column, for banks without a layout here."""


def write(layout: Layout, debit: str, pay_on: date, transfers: Sequence[Transfer]) -> bytes:
    """The file, its head counting and summing what follows. `Invalid` names each transfer that the layout cannot carry."""
    debit = _digits(debit)
    if not re.fullmatch(layout.debit, debit, re.ASCII):
        problem = text("{layout} wants another form of account to pay from.", layout=layout.label)
        raise Invalid(ATTENTION, {"debit": problem})
    for transfer in transfers:
        _refuse_unfit(layout, transfer)
    total = sum(transfer.amount for transfer in transfers)
    lines = [layout.header.format(pay_on=pay_on, debit=debit, count=len(transfers), total=total)]
    lines += [layout.detail.format_map(_values(layout, transfer)) for transfer in transfers]
    _check_shape(layout, lines)
    return "".join(line + layout.line_end for line in lines).encode("ascii")


def _refuse_unfit(layout: Layout, transfer: Transfer) -> None:
    bank = transfer.bank.lower()
    if layout.within and not any(re.search(rf"\b{name}\b", bank) for name in layout.within):
        problem = text(
            "{holder} has its account at {bank}: {layout} pays within the bank alone. Use the plain list.",
            holder=transfer.holder,
            bank=transfer.bank or "–",
            layout=layout.label,
        )
    elif not re.fullmatch(layout.account, _digits(transfer.account), re.ASCII):
        problem = text(
            "The account number of {holder} has another form than {layout} wants.",
            holder=transfer.holder,
            layout=layout.label,
        )
    else:
        return
    raise Invalid(problem, {"layout": problem})


def _values(layout: Layout, transfer: Transfer) -> dict[str, str | int]:
    return {
        "account": _digits(transfer.account),
        "amount": transfer.amount,
        "email": _address(transfer.email.strip(), layout.delimiter),
        **{name: _plain(getattr(transfer, name), layout.delimiter) for name in ("holder", "bank", "remark")},
    }


def _check_shape(layout: Layout, lines: Sequence[str]) -> None:
    """Every transfer has the columns, or the width, of the others; a layout that breaks this is a fault of ours."""
    wanted = layout.detail.count(layout.delimiter) if layout.delimiter else layout.width
    for line in lines[1:]:
        assert (line.count(layout.delimiter) if layout.delimiter else len(line)) == wanted, layout.code


def _digits(written: str) -> str:
    return re.sub(r"[ .-]", "", written)


def _address(written: str, delimiter: str) -> str:
    """An e-mail address that the file can carry as it is, or none: an altered one would be somebody else's."""
    unfit = not written.isascii() or (delimiter and delimiter in written) or guarded(written) != written
    return "" if unfit else written


def _plain(written: str, delimiter: str) -> str:
    """Letters that every bank reads; nothing that divides columns, or that a spreadsheet would run."""
    letters = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    spaced = _UNSAFE.sub(" ", letters).replace(delimiter or "\n", " ")
    return " ".join(spaced.split()).lstrip("-+=@ ")
