"""PPN of each line of an invoice, and the PPh 23 that the client is expected to withhold of it.

PPN belongs to the service of a line and not to the client. Supply of labour (jasa penyediaan tenaga kerja) is exempt by
UU PPN Art. 16B as changed by UU 7/2021 (HPP) and PP 49/2022 Art. 22, whose criteria leave out who pays those people's
wages or does other taxed work beside it; payroll and bookkeeping are taxed as any service. Which of the two a line is, is
for the provider's tax adviser to say.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah
from tatausaha.core.taxes import ServiceAmount, pph23, ppn_of, ppn_rate
from tatausaha.invoicing.rules.pricing import Ppn, PricedLine, PriceLine

PPN_KINDS: Mapping[Ppn, Text] = {
    "normal": text("PPN 12 % on 11/12 of the price"),
    "exempt": text("Exempt from PPN (supply of labour)"),
    "none": text("No PPN"),
}
EXEMPT_NOTE = text("Supply of labour can be exempt from PPN (PP 49/2022). Have your tax adviser confirm it.")


class Taxed(msgspec.Struct, frozen=True):
    """A line's taxes: which kind of PPN it falls under and how much that is, and its service under PPh 23, or nothing."""

    ppn_kind: Ppn
    ppn: Rupiah
    pph23_service: str


class Totals(msgspec.Struct, frozen=True):
    """The foot of an invoice, in rupiah. `pph23` is withheld out of the total and comes as a slip."""

    subtotal: Rupiah
    ppn: Rupiah
    total: Rupiah
    pph23: Rupiah


def tax(priced: Iterable[PricedLine], *, pkp: bool, on: date) -> list[Taxed]:
    """The taxes of each line, by the rates of a day; a provider that is not registered for PPN (PKP) charges none.

    What fills up to the minimum is of the service of the other lines: where these differ it is taxed as the strictest.
    """
    lines = list(priced)
    rest = _common([one.line for one in lines if one.line])
    return [_tax(one.amount, one.line or rest, pkp, on) for one in lines]


def total(priced: Iterable[PricedLine], taxed: Iterable[Taxed], *, has_npwp: bool) -> Totals:
    """The foot of these lines; `has_npwp` says whether the provider has one, without it twice the PPh 23 is withheld."""
    amounts, taxes = [one.amount for one in priced], list(taxed)
    subtotal, ppn = sum(amounts), sum(one.ppn for one in taxes)
    withheld = [ServiceAmount(amount, one.pph23_service) for amount, one in zip(amounts, taxes, strict=True)]
    return Totals(subtotal, ppn, subtotal + ppn, pph23(withheld, has_npwp=has_npwp))


def _tax(amount: Rupiah, line: PriceLine, pkp: bool, on: date) -> Taxed:
    kind: Ppn = line.ppn if pkp else "none"
    return Taxed(kind, ppn_of(amount, ppn_rate(on)) if kind == "normal" else 0, line.pph23)


def _common(lines: list[PriceLine]) -> PriceLine:
    """A line that stands for all: PPN if any bears it, PPh 23 if any does."""
    kinds = {line.ppn for line in lines}
    strictest: Ppn = next((kind for kind in PPN_KINDS if kind in kinds), "normal")
    service = min((line.pph23 for line in lines if line.pph23), default="")
    return PriceLine(kind="retainer", label="", price=0, ppn=strictest, pph23=service)
