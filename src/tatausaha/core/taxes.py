"""Taxes that invoices and bills bear: PPN on what is sold, PPh 23 that the payer withholds of services.

The one place of their rates, with the days they hold from and where they are written.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah, portion, round_ratio


class PpnRate(msgspec.Struct, frozen=True):
    """The rate of PPN from a day on, in parts per 100,000, and the part of the price it is reckoned on."""

    starts_on: date
    rate: int
    numerator: int
    denominator: int
    source: str


PPN_RATES = (
    PpnRate(date(2022, 4, 1), 11_000, 1, 1, "UU 7/2021 (HPP) Art. 4(2), changing UU PPN Art. 7(1)(a)"),
    PpnRate(date(2025, 1, 1), 12_000, 11, 12, "UU 7/2021 (HPP) Art. 4(2); PMK 131/2024 Art. 3 (DPP nilai lain)"),
)
"""In the order of their days."""

PPN_RATE = PPN_RATES[-1].rate
"""12 %, in parts per 100,000."""


def ppn_base(subtotal: Rupiah, rate: int = PPN_RATE) -> Rupiah:
    """What PPN is reckoned on: at 12 % eleven twelfths of the price, at any other rate all of it.

    PMK 131/2024 Art. 3: what is no luxury is taxed on another value (DPP nilai lain) of 11/12 of the selling price,
    so that the burden stays at 11 %. Luxury goods (Art. 2) are taxed on the full price and are not sold or ordered here.
    """
    row = next((row for row in PPN_RATES if row.rate == rate), None)
    return round_ratio(subtotal * row.numerator, row.denominator) if row else subtotal


def ppn_of(subtotal: Rupiah, rate: int = PPN_RATE) -> Rupiah:
    """PPN on an amount, in whole rupiah; `rate` in parts per 100,000, zero for none."""
    return portion(ppn_base(subtotal, rate), rate)


def ppn_rate(day: date) -> int:
    """The rate that holds on a day, in parts per 100,000. Raises ValueError for days before the first row."""
    held = [row.rate for row in PPN_RATES if row.starts_on <= day]
    if not held:
        raise ValueError(f"no rate of PPN is known for {day}")
    return held[-1]


class Pph23Rate(msgspec.Struct, frozen=True):
    """The rate of PPh 23 on services from a day on, in parts per 100,000, with and without the receiver's NPWP."""

    starts_on: date
    rate: int
    without_npwp: int
    source: str


PPH23_RATES = (Pph23Rate(date(2009, 1, 1), 2_000, 4_000, "UU 36/2008 Art. 23(1)(c) and (1a); PMK 141/PMK.03/2015"),)
"""In the order of their days.

Art. 23(1)(c): 2 % of the gross amount, without PPN, of rent of things other than land and buildings, and of technical,
management, consulting and other services. Art. 23(1a): twice the rate for a receiver without NPWP. Which services are
"other services": PMK 141/PMK.03/2015 Art. 1(6). Goods bear none. Construction (PP 9/2022), rent of land and buildings
(Art. 4(2)) and shipping and air transport (Art. 15) follow rules of their own and are not here.
"""

SERVICES: Mapping[str, Text] = {
    "rent": text("Rent of equipment or vehicles"),
    "technical": text("Technical service"),
    "management": text("Management service"),
    "consulting": text("Consulting service"),
    "accounting": text("Accounting and bookkeeping"),
    "legal": text("Legal service"),
    "design": text("Design"),
    "labour": text("Supply of labour (outsourcing)"),
    "agency": text("Brokerage or agency"),
    "storage": text("Storage and custody"),
    "software": text("Software, hardware and computer systems"),
    "repair": text("Installation, maintenance and repair"),
    "toll": text("Contract manufacturing (maklon)"),
    "security": text("Investigation and security"),
    "events": text("Event organising"),
    "advertising": text("Advertising space, film, photo and banners"),
    "cleaning": text("Cleaning"),
    "pests": text("Pest control"),
    "catering": text("Catering"),
    "forwarding": text("Freight forwarding"),
    "logistics": text("Logistics"),
    "packing": text("Packing"),
    "loading": text("Loading and unloading"),
    "courier": text("Carriage and expedition"),
    "printing": text("Printing and publishing"),
    "internet": text("Internet"),
    "parking": text("Parking management"),
    "laboratory": text("Laboratory and testing"),
    "other": text("Another service named in PMK 141/2015"),
}


class ServiceAmount(msgspec.Struct, frozen=True):
    """A line of a bill as far as PPh 23 looks at it: its amount without PPN, and which service, or none for goods."""

    amount: Rupiah
    service: str


def pph23_rate(service: str, *, has_npwp: bool) -> int:
    """The rate of a line, in parts per 100,000; zero for goods."""
    row = PPH23_RATES[-1]
    return 0 if not service else row.rate if has_npwp else row.without_npwp


def pph23(lines: Iterable[ServiceAmount], *, has_npwp: bool) -> Rupiah:
    """What is withheld of a bill, in whole rupiah, rounded down once for each rate's sum."""
    base = sum(line.amount for line in lines if line.service)
    return portion(base, pph23_rate("other", has_npwp=has_npwp), "floor")
