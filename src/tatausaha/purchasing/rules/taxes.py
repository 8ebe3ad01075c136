"""PPh 23 on services: what the client withholds of a bill and pays to the state in the supplier's name.

UU 36/2008 (income tax), Art. 23(1)(c): 2 % of the gross amount, without PPN, of rent of things other than land and
buildings, and of technical, management, consulting and other services. Art. 23(1a): twice the rate for a receiver without
NPWP. Which services are "other services": PMK 141/PMK.03/2015 Art. 1(6). Goods bear none. Construction (PP 9/2022), rent
of land and buildings (Art. 4(2)) and shipping and air transport (Art. 15) follow rules of their own and are not here.
"""

from collections.abc import Iterable

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah, portion

RATE = 2_000
"""2 %, in parts per 100,000."""

SERVICES: dict[str, Text] = {
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
    return 0 if not service else RATE if has_npwp else 2 * RATE


def pph23(lines: Iterable[ServiceAmount], *, has_npwp: bool) -> Rupiah:
    """What is withheld of a bill, in whole rupiah, rounded down once for each rate's sum."""
    base = sum(line.amount for line in lines if line.service)
    return portion(base, pph23_rate("other", has_npwp=has_npwp), "floor")
