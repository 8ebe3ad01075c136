"""How an invoice stands between what it bills, the money that came and the tax that its client withholds."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

from tatausaha.core.money import Rupiah
from tatausaha.core.settling import settle

Standing = Literal["open", "partly", "late", "slip", "paid", "void"]


class Owed(Protocol):
    """What the rule needs of an invoice; amounts in whole rupiah. `pph23` is what the client is expected to withhold."""

    @property
    def total(self) -> Rupiah: ...
    @property
    def pph23(self) -> Rupiah: ...
    @property
    def paid(self) -> Rupiah: ...
    @property
    def withheld(self) -> Rupiah: ...


def open_of(invoice: Owed) -> Rupiah:
    """What neither money nor a slip covers yet."""
    return invoice.total - invoice.paid - invoice.withheld


def slip_missing(invoice: Owed) -> Rupiah:
    """How much of the expected PPh 23 no slip stands for yet, at most what is open."""
    return min(max(0, invoice.pph23 - invoice.withheld), open_of(invoice))


def waits_for_slip(invoice: Owed) -> bool:
    """The money came short by exactly the tax that was expected to be withheld: only its slip is missing."""
    return 0 < open_of(invoice) == invoice.pph23 - invoice.withheld and invoice.paid > 0


def money_due(invoice: Owed) -> Rupiah:
    """What is still to be transferred by a client who withholds as expected."""
    return open_of(invoice) - slip_missing(invoice)


def standing(invoice: Owed, due_on: date, today: date) -> Standing:
    """How an issued invoice that is not void stands on a day; on its due day it is not late."""
    if not open_of(invoice):
        return "paid"
    if waits_for_slip(invoice):
        return "slip"
    if due_on < today:
        return "late"
    return "partly" if invoice.paid or invoice.withheld else "open"


def share_out(amount: Rupiah, debts: Sequence[tuple[str, Owed]]) -> tuple[dict[str, Rupiah], Rupiah]:
    """What of one transfer goes to each of several invoices, in their order, and what is left over.

    First each gets what its client transfers when it withholds the tax; only then what a slip would have covered.
    """
    shares: dict[str, Rupiah] = {}
    first, rest = settle(amount, [(key, money_due(one)) for key, one in debts])
    then, rest = settle(rest, [(key, slip_missing(one)) for key, one in debts])
    for key, share in (*first, *then):
        shares[key] = shares.get(key, 0) + share
    return shares, rest


def step_due(late: int, days: Sequence[int], sent: int) -> int | None:
    """Which reminder is due for an invoice `late` days past its due day, after `sent` of them; None when none is.

    `days` says after how many days each step is due. Who was not written to for long gets the latest step alone.
    """
    reached = sum(1 for day in days if late >= day)
    return reached if reached > sent else None
