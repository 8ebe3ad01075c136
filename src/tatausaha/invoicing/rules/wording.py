"""Prices and counts as people type and read them: hours as 10:30, everything else as whole numbers."""

import re

from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_rupiah, round_ratio
from tatausaha.core.quantities import THOUSANDTHS, format_quantity, parse_quantity
from tatausaha.core.taxes import SERVICES
from tatausaha.invoicing.rules.kinds import HOUR, KINDS
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.rules.tax import PPN_KINDS

MOST = 10_000_000
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)", re.ASCII)


def parse_count(kind: str, written: str) -> int:
    """How many: `1.250`; of hours the minutes in `10:30`, `10,5` or `10`. Raises ValueError for anything else."""
    if KINDS[kind].per == HOUR and (clock := _CLOCK.fullmatch(written.strip())):
        count = int(clock[1]) * HOUR + int(clock[2])
    else:
        thousandths = parse_quantity(written, current_language())
        count = round_ratio(thousandths * KINDS[kind].per, THOUSANDTHS)
        if KINDS[kind].per == 1 and thousandths % THOUSANDTHS:
            raise ValueError(f"not a whole number: {written!r}")
    if not 0 <= count <= MOST:
        raise ValueError(f"beyond what is counted: {written!r}")
    return count


def count_help(kind: str) -> Text:
    """What to write where a count could not be read."""
    if KINDS[kind].per == HOUR:
        return text("Write hours, for example 10 or 10:30.")
    return text("Write a whole number, for example 120.")


def count_words(kind: str, count: int) -> str:
    """`1.250`; of hours `10:30`, or `10` for whole ones."""
    if KINDS[kind].per == HOUR and count % HOUR:
        return f"{count // HOUR}:{count % HOUR:02}"
    return format_quantity(count // KINDS[kind].per * THOUSANDTHS, current_language())


def price_words(line: PriceLine) -> str:
    """`Rp 5.000 per payslip · 100 included · Rp 4.500 beyond 150`, in the current language."""
    unit = render(KINDS[line.kind].unit)
    parts = [text("{price} per {unit}", price=_rupiah(line.price), unit=unit)]
    if line.included:
        parts.append(text("{count} included", count=count_words(line.kind, line.included)))
    parts += [
        text("{price} beyond {count}", price=_rupiah(tier.price), count=count_words(line.kind, tier.above))
        for tier in line.tiers
    ]
    return " · ".join(render(part) for part in parts)


def tax_words(line: PriceLine) -> str:
    """Its kind of PPN, and the service under PPh 23 if any is withheld."""
    ppn = render(PPN_KINDS[line.ppn])
    return f"{ppn} · PPh 23: {render(SERVICES[line.pph23])}" if line.pph23 else ppn


def _rupiah(amount: int) -> str:
    return format_rupiah(amount, current_language())
