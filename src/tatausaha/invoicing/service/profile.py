"""The provider's own data, as its invoices show them from now on."""

import re

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.invoicing.forms import ProfileForm
from tatausaha.invoicing.service.price_lines import ATTENTION

MOST_REMINDERS = 6
LATEST_REMINDER = 365
LONGEST = 200
_SEPARATORS = re.compile(r"[.\-\s]")
_NPWP = re.compile(r"[0-9]{15,16}", re.ASCII)


async def keep(form: ProfileForm) -> None:
    """Keep what was typed. Raises Invalid with a sentence at each field, Conflict when somebody else saved meanwhile."""
    problems: dict[str, Text] = {}
    npwp = _npwp(form, problems)
    days = _days(form.reminder_days, problems)
    for name in ("legal_name", "bank", "bank_account", "bank_holder", "signer"):
        if len(getattr(form, name)) > LONGEST:
            problems[name] = text("Use at most {most} characters.", most=LONGEST)
    if problems:
        raise Invalid(ATTENTION, problems)
    saved = await db.execute(
        "insert into invoicing_profile as p (legal_name, npwp, address, pkp, bank, bank_account, bank_holder, signer,"
        " reminder_days) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id) do update set"
        " legal_name = excluded.legal_name, npwp = excluded.npwp, address = excluded.address, pkp = excluded.pkp,"
        " bank = excluded.bank, bank_account = excluded.bank_account, bank_holder = excluded.bank_holder,"
        " signer = excluded.signer, reminder_days = excluded.reminder_days, version = p.version + 1"
        " where p.version::text = $10",
        *(form.legal_name, npwp, form.address, form.pkp, form.bank, form.bank_account, form.bank_holder, form.signer),
        *(days, form.version),
    )
    if not saved:
        raise Conflict(text("Somebody else saved these data meanwhile. Reload the page to see them."))
    await audit.record("changed", "invoicing_profile", None, None)


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
