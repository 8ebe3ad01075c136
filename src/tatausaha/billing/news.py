"""What an owner is told about the subscription: which notices hold at a moment, the gravest first, in plain words.

A notice is known by its key and by the instant it is about, so that a letter about it is written once.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tatausaha.core.dates import ZONES, format_day
from tatausaha.core.entitlements import COUNTED, Standing
from tatausaha.core.i18n import Text, current_language, text

Tone = Literal["progress", "waiting", "attention"]
Action = Literal["plans", "portal", "subscription"]

TRIAL_DAYS = (1, 3, 7)
GRACE_DAYS = 3
CARD_DAYS = 30
TOLD_WITHIN = timedelta(hours=1)
"""What became of a plan whose trial ended is heard of by then; until it is, nothing is said to have lapsed."""
NEAR = 80
"""Percent of a limit from which it is told."""
ZONE = "Asia/Jakarta"


class Notice(msgspec.Struct, frozen=True):
    """Something that holds now. `about` is the instant, or the measure, that makes it this one and no other."""

    key: str
    about: str
    tone: Tone
    title: Text
    words: tuple[Text, ...]
    action: Action
    stops: bool = False

    @property
    def once(self) -> str:
        """The same for as long as it is the same news."""
        return f"{self.key}:{self.about}"


def hold(standing: Standing, now: datetime) -> list[Notice]:
    """All that an owner should know now, in the current language's days."""
    return [*_lapse(standing, now), *_trial(standing, now), *_card(standing, now), *_limits(standing, now)]


def for_staff(standing: Standing, now: datetime) -> Notice | None:
    """What people other than owners are told: only that, and why, something cannot be begun."""
    state = standing.state(now)
    if state == "open" or _is_unheard(standing, now):
        return None
    about = _about(standing.open_until)
    if state == "grace":
        title, words = (
            _GRACE_STAFF,
            text("The subscription waits for a payment. Everything else goes on; ask an owner."),
        )
        return Notice("grace.staff", about, "waiting", title, (words,), "subscription", stops=True)
    return Notice("closed.staff", about, "attention", _CLOSED, (_ASK, _GOES_ON), "subscription", stops=True)


def ending(ends_at: datetime) -> Notice:
    """The subscription was cancelled for a day to come."""
    title = text("The subscription ends on {day}.", day=day_of(ends_at))
    words = text("Until then everything goes on as before. It can be resumed up to that day.")
    return Notice("ending", _about(ends_at), "waiting", title, (words,), "subscription")


def recovered(about: str) -> Notice:
    """What was missing came; `about` tells this recovery from others."""
    words = text("Thank you: the payment came, and everything can be begun again.")
    return Notice("recovered", about, "progress", text("The subscription is paid."), (words,), "subscription")


def day_of(moment: datetime) -> str:
    """The day of a moment where the house is, as its reader writes it."""
    return format_day(moment.astimezone(ZONES[ZONE]).date(), current_language())


def _lapse(standing: Standing, now: datetime) -> Iterator[Notice]:
    state, since, until = standing.state(now), standing.open_until, standing.grace_until
    if state == "open" or since is None or _is_unheard(standing, now):
        return
    title, action = _WHY[standing.reason](day_of(since)), _ACTIONS[standing.reason]
    helps = _HELPS[standing.reason]
    if state == "closed":
        about = _about(until or since)
        yield Notice(
            f"closed.{standing.reason}", about, "attention", _CLOSED, (title, helps, _GOES_ON), action, stops=True
        )
        return
    assert until is not None
    again = standing.next_attempt_at
    tried = (text("It is tried again on {day}.", day=day_of(again)),) if again is not None and again > now else ()
    grace = text(
        "Until {day} work goes on as before, but no new clients and no new people of yours can be added.",
        day=day_of(until),
    )
    soon = ".soon" if until - now <= timedelta(days=GRACE_DAYS) else ""
    key = f"grace.{standing.reason}{soon}"
    yield Notice(key, _about(since), "attention", title, (*tried, helps, grace), action, stops=True)


def _trial(standing: Standing, now: datetime) -> Iterator[Notice]:
    until = standing.open_until
    if standing.reason != "trial" or until is None or standing.state(now) != "open":
        return
    days = next((days for days in TRIAL_DAYS if until - now <= timedelta(days=days)), None)
    if days is None:
        return
    title = text("The trial ends on {day}.", day=day_of(until))
    if standing.plan:
        yield Notice(f"first_payment.{days}", _about(until), "progress", title, (_FIRST_PAYMENT,), "portal")
    else:
        tone: Tone = "waiting" if days > 1 else "attention"
        yield Notice(f"trial.{days}", _about(until), tone, title, (_CHOOSE,), "plans")


def _card(standing: Standing, now: datetime) -> Iterator[Notice]:
    last = standing.card_ends_on
    if last is None or standing.state(now) != "open":
        return
    today = now.astimezone(ZONES[ZONE]).date()
    if last - today > timedelta(days=CARD_DAYS):
        return
    day = format_day(last, current_language())
    ended = last < today
    title = text("The card ended on {day}.", day=day) if ended else text("The card ends on {day}.", day=day)
    tone: Tone = "attention" if ended else "waiting"
    yield Notice("card", last.isoformat(), tone, title, (_OTHER_CARD,), "portal")


def _limits(standing: Standing, now: datetime) -> Iterator[Notice]:
    found = []
    for what in COUNTED:
        most, used = standing.most.get(what), standing.used.get(what, 0)
        if most is not None and used * 100 >= most * NEAR:
            found.append((used < most, what, most, used))
    month = now.astimezone(ZONES[ZONE]).strftime("%Y-%m")
    for free, what, most, used in sorted(found):
        title = (_LIMIT if free else _REACHED)[what](used, most)
        key = f"limit.{what}.{NEAR if free else 100}"
        about = f"{standing.plan}:{most}:{month}"
        yield Notice(key, about, "progress" if free else "waiting", title, (_NEAR if free else _FULL[what],), "plans")


def _is_unheard(standing: Standing, now: datetime) -> bool:
    """Whether the trial of a plan ended just now, and its first payment could not be heard of yet."""
    until = standing.open_until
    return bool(standing.plan) and standing.reason == "trial" and until is not None and now - until < TOLD_WITHIN


def _about(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


_CLOSED = text("Nothing new can be begun.")
_GRACE_STAFF = text("For now, no new clients and no new people can be added.")
_GOES_ON = text("What is under way goes on, and everything can be read and exported.")
_ASK = text("The subscription has lapsed; an owner can renew it.")
_CHOOSE = text("Choose a plan before then, and nothing is interrupted. What you entered stays in any case.")
_FIRST_PAYMENT = text(
    "The first payment is taken then, if there is a payment method; the page Subscription shows both."
)
_OTHER_CARD = text("That is before the next payment. Enter another card, so that it does not fail.")
_NEAR = text("When all are in use, no more can be added. A larger plan holds more.")
_WHY: dict[str, Callable[[str], Text]] = {
    "trial": lambda day: text("The trial ended on {day}.", day=day),
    "card": lambda day: text("The payment of {day} failed.", day=day),
    "unpaid": lambda day: text("The payment of {day} is missing.", day=day),
    "paused": lambda day: text("The trial ended on {day}, and there is no payment method.", day=day),
    "ended": lambda day: text("The subscription ended on {day}.", day=day),
    "paid": lambda day: text("The subscription ended on {day}.", day=day),
}
_PAY = text("Enter another payment method, or pay the open invoice; then everything can be begun again.")
_ENTER = text("Enter a payment method and go on with the subscription; then everything can be begun again.")
_SUBSCRIBE = text("Choose a plan; then everything can be begun again.")
_HELPS: dict[str, Text] = {
    "trial": _SUBSCRIBE,
    "card": _PAY,
    "unpaid": _PAY,
    "paused": _ENTER,
    "ended": _SUBSCRIBE,
    "paid": _SUBSCRIBE,
}
_ACTIONS: dict[str, Action] = {
    "trial": "plans",
    "card": "portal",
    "unpaid": "portal",
    "paused": "portal",
    "ended": "plans",
    "paid": "plans",
}
_LIMIT: dict[str, Callable[[int, int], Text]] = {
    "client": lambda used, most: text("Nearly full: {used} of {most} client companies.", used=used, most=most),
    "employee": lambda used, most: text("Nearly full: {used} of {most} employees.", used=used, most=most),
    "seat": lambda used, most: text("Nearly full: {used} of {most} people of yours.", used=used, most=most),
}
_REACHED: dict[str, Callable[[int, int], Text]] = {
    "client": lambda used, most: text("The plan is full: {used} of {most} client companies.", used=used, most=most),
    "employee": lambda used, most: text("The plan is full: {used} of {most} employees.", used=used, most=most),
    "seat": lambda used, most: text("The plan is full: {used} of {most} people of yours.", used=used, most=most),
}
_FULL: dict[str, Text] = {
    "client": text("To add another client, choose a larger plan or archive one."),
    "employee": text("To add another employee, choose a larger plan or enter the end of one who has left."),
    "seat": text("To invite somebody, choose a larger plan or end the access of one who has left."),
}
