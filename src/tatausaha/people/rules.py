"""What can be said about a person's facts without asking anybody."""

import re
from datetime import date, datetime

from tatausaha.core.dates import ZONES
from tatausaha.core.i18n import Text, text

NIK_DIGITS = NPWP_DIGITS = 16

# Codes of the provinces; the first two digits of a NIK are those of the place where it was given.
_PROVINCE = re.compile("1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6]")
WOMEN = 40
"""Added to the day of birth in the NIK of a woman."""


def today(zone: str = "Asia/Jakarta") -> date:
    """The day it is now in a client's time zone."""
    return datetime.now(ZONES[zone]).date()


def at_work(ended_on: date | None) -> bool:
    """Whether a person with this last day is counted as at work now: the last day itself is one."""
    return ended_on is None or ended_on >= today()


def nik_doubts(nik: str | None, born_on: date | None, gender: str) -> list[Text]:
    """What makes a NIK of 16 digits implausible. Doubts, not errors: real identity cards do contradict themselves."""
    if not nik:
        return []
    doubts = []
    if not _PROVINCE.match(nik) or nik[2:4] == "00":
        doubts.append(text("The NIK does not begin with the code of a province and district."))
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    written = (day - WOMEN if day > WOMEN else day, month, year)
    if not _is_day(*written):
        doubts.append(text("The NIK holds no possible date of birth."))
    elif born_on and written != (born_on.day, born_on.month, born_on.year % 100):
        doubts.append(text("The date of birth within the NIK is not the one entered."))
    if gender and (day > WOMEN) != (gender == "female"):
        doubts.append(text("The NIK was given to a person of the other gender."))
    return doubts


def _is_day(day: int, month: int, year: int) -> bool:
    """The century is not written, so the day need only exist in one of them."""
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
