"""What people type about hours, and about what an hour costs."""

from datetime import date

import msgspec


class HourForm(msgspec.Struct, frozen=True, kw_only=True):
    """Time worked for a client, as typed: `1:30`, `1,5`, `90m`."""

    client_id: str
    worked_on: date
    time: str
    task: str
    note: str = ""
    billable: bool = False
    version: str = ""


class CostForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an hour of a person costs the provider, from a day on."""

    member_id: str
    starts_on: date
    hourly: int
