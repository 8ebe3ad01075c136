"""The clock of the law: three times twenty-four hours, by the hour and not by the calendar."""

from datetime import datetime, timedelta
from typing import Literal

LIMIT = timedelta(hours=72)
ALARM = timedelta(hours=48)
Urgency = Literal["calm", "soon", "late"]


def due(begins: datetime) -> datetime:
    """When the answer must be given at the latest (UU 27/2022 Pasal 30, 32, 41 and 46: 3 × 24 hours)."""
    return begins + LIMIT


def urgency(due_at: datetime, now: datetime) -> Urgency:
    """Late when the limit has passed, soon when two of the three days have."""
    if now >= due_at:
        return "late"
    return "soon" if now >= due_at - (LIMIT - ALARM) else "calm"
