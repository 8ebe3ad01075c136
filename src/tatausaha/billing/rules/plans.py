"""The plans that a provider may choose, and what they cost.

Stripe counts every currency that is not on its list of zero-decimal ones in hundredths. The rupiah is not on that list
(docs.stripe.com/currencies#zero-decimal, read November 2026; stripe/stripe-ios#3756 says the same of IDR by name: 1 rupiah
is the amount 100). So a price of Rp 500.000 is 50000000 at Stripe, and cards are charged whole rupiah as long as every
amount of ours is whole.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

Currency = Literal["idr", "usd"]
Interval = Literal["month", "year"]
Meter = Literal["base", "client", "employee"]
METERS: tuple[Meter, ...] = ("base", "client", "employee")
CURRENCIES: tuple[Currency, ...] = ("idr", "usd")
INTERVALS: tuple[Interval, ...] = ("month", "year")
MINOR: Mapping[Currency, int] = {"idr": 100, "usd": 1}
"""What one unit of our price files (a rupiah, a cent) is in Stripe's minor units."""


class Plan(msgspec.Struct, frozen=True):
    """A plan: the most of what is counted (nothing named means no limit), and its prices by currency and interval."""

    code: str
    name: str
    most: dict[str, int]
    price: dict[Currency, dict[Interval, dict[Meter, int]]]
    version: int = 1

    def amount(self, meter: Meter, currency: Currency, interval: Interval) -> int:
        """The price of one, in Stripe's minor units."""
        return self.price[currency][interval][meter] * MINOR[currency]

    def lookup_key(self, meter: Meter, currency: Currency, interval: Interval) -> str:
        """The name under which Stripe keeps the price, in test and live mode alike."""
        return f"tata_{self.code}_{meter}_{currency}_{interval}_v{self.version}"

    def total(self, clients: int, employees: int, currency: Currency, interval: Interval) -> int:
        """What a period costs without tax, in Stripe's minor units."""
        counted: dict[Meter, int] = {"base": 1, "client": clients, "employee": employees}
        return sum(self.amount(meter, currency, interval) * counted[meter] for meter in METERS)


@cache
def list_plans() -> tuple[Plan, ...]:
    """Every plan, the smallest first."""
    file = tomllib.loads(Path(__file__).with_name("plans.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert(one | {"version": file["version"]}, Plan) for one in file["plan"])


def find_plan(code: str) -> Plan | None:
    """The plan of a code."""
    return next((plan for plan in list_plans() if plan.code == code), None)


def from_lookup_key(key: str) -> tuple[str, Meter] | None:
    """The plan's code and what is counted, of a price of any version; None for a price that is none of ours."""
    parts = key.split("_")
    if len(parts) != 6 or parts[0] != "tata" or parts[2] not in METERS:
        return None
    return parts[1], parts[2]


def version_of(key: str) -> int:
    """The version of a lookup key of ours."""
    return int(key.rsplit("_v", 1)[1])


def sister_key(key: str, meter: Meter) -> str:
    """The lookup key by which another meter is sold with this one: same plan, currency, interval and version."""
    parts = key.split("_")
    return "_".join([*parts[:2], meter, *parts[3:]])
