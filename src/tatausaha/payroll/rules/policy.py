"""Where the law leaves a doubt, one answer is chosen, dated and written down in `data/policies.csv`."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import text
from tatausaha.core.money import Rounding
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.statutes import rows_on


class Policy(msgspec.Struct, frozen=True, gc=False):
    """One answer to every doubt; the defaults are those of the file."""

    pph21_rounding: Rounding = "floor"
    bpjs_rounding: Rounding = "half_up"
    proration_rounding: Rounding = "half_up"
    gross_up_choice: Literal["smallest", "largest"] = "smallest"
    net_treatment: Literal["benefit", "outside"] = "benefit"
    net_refund: Literal["employee", "employer"] = "employee"
    no_npwp_surcharge: Literal["off", "on"] = "off"
    kesehatan_floor: Literal["on", "off"] = "on"
    bpjs_partial_month: Literal["registered", "paid"] = "registered"
    annualisation: Literal["all", "regular_only"] = "all"


class Doubt(msgspec.Struct, frozen=True):
    """A question the law leaves open, its possible answers (the default first), and where it arises."""

    name: str
    answers: tuple[str, ...]
    doubt: str
    source: str


def doubts_on(day: date) -> tuple[Doubt, ...]:
    """Every doubt open on a day, for a settings page and for the explanation of a figure."""
    return tuple(
        Doubt(row["name"], (row["default"], *row["alternatives"].split("|")), row["doubt"], row["source"])
        for row in rows_on("policies", day)
    )


def policy_on(day: date, overrides: Mapping[str, str] | None = None) -> Policy:
    """The answers in force on a day, changed by a client's own. RuleError for an unknown name or answer."""
    doubts = {doubt.name: doubt for doubt in doubts_on(day)}
    chosen = {name: doubt.answers[0] for name, doubt in doubts.items()}
    for name, answer in (overrides or {}).items():
        if name not in doubts:
            raise RuleError(text("There is no payroll setting named {name}.", name=name))
        if answer not in doubts[name].answers:
            allowed = ", ".join(doubts[name].answers)
            raise RuleError(
                text("{name} can be one of {allowed}, not {answer}.", name=name, allowed=allowed, answer=answer)
            )
        chosen[name] = answer
    return msgspec.convert(chosen, Policy)
