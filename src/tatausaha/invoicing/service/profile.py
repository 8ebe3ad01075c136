"""The provider's own data, as its invoices show them from now on; where clients pay changes with a second person's consent."""

import re

from tatausaha.core import audit, changes, db
from tatausaha.core.change_kinds import MANAGERS, Change, Values
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.invoicing.forms import ProfileForm
from tatausaha.invoicing.queries.profile import Profile, get_profile
from tatausaha.invoicing.service.price_lines import ATTENTION

BANK = "invoicing_profile.bank"
ACCOUNT = {
    "bank": changes.Field(text("Bank")),
    "bank_account": changes.Field(text("Account number"), "account"),
    "bank_holder": changes.Field(text("Account holder")),
}
MOST_REMINDERS = 6
LATEST_REMINDER = 365
LONGEST = 200
_SEPARATORS = re.compile(r"[.\-\s]")
_NPWP = re.compile(r"[0-9]{15,16}", re.ASCII)


async def keep(form: ProfileForm) -> bool:
    """Keep what was typed; true when another account waits for a second person. The first account is kept at once.

    Raises Invalid with a sentence at each field, Conflict when somebody else saved meanwhile.
    """
    npwp, days = _checked(form)
    known = await get_profile()
    typed = {name: getattr(form, name) for name in ACCOUNT}
    account = _account(known) if known.bank_account else typed
    saved = await db.execute(
        "insert into invoicing_profile as p (legal_name, npwp, address, pkp, bank, bank_account, bank_holder, signer,"
        " reminder_days) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id) do update set"
        " legal_name = excluded.legal_name, npwp = excluded.npwp, address = excluded.address, pkp = excluded.pkp,"
        " bank = excluded.bank, bank_account = excluded.bank_account, bank_holder = excluded.bank_holder,"
        " signer = excluded.signer, reminder_days = excluded.reminder_days, version = p.version + 1"
        " where p.version::text = $10",
        *(form.legal_name, npwp, form.address, form.pkp, *account.values(), form.signer, days, form.version),
    )
    if not saved:
        raise Conflict(text("Somebody else saved these data meanwhile. Reload the page to see them."))
    await audit.record("changed", "invoicing_profile", None, None)
    if typed == account:
        return False
    asked = await changes.propose(
        BANK, subject_id=None, client_id=None, subject=form.legal_name, before=account, after=typed
    )
    return not asked.applied


async def _present(_: Change) -> Values:
    await db.execute("select from invoicing_profile for update")
    return _account(await get_profile())


@changes.applies(
    BANK,
    label=text("Account that clients pay to"),
    choices=("manager", "nobody"),
    fields=ACCOUNT,
    seen_by=MANAGERS,
    page=lambda _: "/invoices/profile",
    present=_present,
)
async def apply_account(change: Change) -> None:
    """Invoices issued from now on name the account that was agreed on."""
    await db.execute(
        "update invoicing_profile set bank = $1, bank_account = $2, bank_holder = $3, version = version + 1",
        *(change.after[name] for name in ACCOUNT),
    )
    await audit.record("changed", "invoicing_profile", None, None, change=str(change.id))


def _account(known: Profile) -> Values:
    return {name: getattr(known, name) for name in ACCOUNT}


def _checked(form: ProfileForm) -> tuple[str | None, list[int]]:
    """NPWP and days of reminders as they are kept."""
    problems: dict[str, Text] = {}
    npwp = _npwp(form, problems)
    days = _days(form.reminder_days, problems)
    for name in ("legal_name", *ACCOUNT, "signer"):
        if len(getattr(form, name)) > LONGEST:
            problems[name] = text("Use at most {most} characters.", most=LONGEST)
    if problems:
        raise Invalid(ATTENTION, problems)
    return npwp, days


def _npwp(form: ProfileForm, problems: dict[str, Text]) -> str | None:
    """Sixteen digits; one of fifteen, as they were until 2024, gets a zero in front (PMK 112/2022 Art. 2)."""
    digits = _SEPARATORS.sub("", form.npwp)
    if not digits:
        if form.pkp:
            problems["npwp"] = text("Who is registered for PPN has an NPWP; write it.")
        return None
    if not _NPWP.fullmatch(digits):
        problems["npwp"] = text("An NPWP has 16 digits, or 15 of the older kind.")
    return digits.rjust(16, "0")


def _days(written: str, problems: dict[str, Text]) -> list[int]:
    parts = [part for part in re.split(r"[,;\s]+", written.strip()) if part]
    days = sorted({int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 4})
    sound = len(days) == len(parts) <= MOST_REMINDERS and all(1 <= day <= LATEST_REMINDER for day in days)
    if not sound:
        problems["reminder_days"] = text(
            "Write up to {most} different numbers from 1 to {latest}, with commas between them, for example 3, 10, 20.",
            most=MOST_REMINDERS,
            latest=LATEST_REMINDER,
        )
    return days
