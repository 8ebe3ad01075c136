"""Every provider has an account from its founding on: the trial runs without a card, and knows who will be billed."""

import re
from datetime import datetime, timedelta

import msgspec

from tatausaha.billing import stripe_api
from tatausaha.billing.jobs import TellDetails
from tatausaha.billing.queries import accounts
from tatausaha.billing.queries.accounts import Account
from tatausaha.billing.rules.plans import Currency
from tatausaha.core import audit, db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.outbox import enqueue
from tatausaha.core.web.forms import Lines
from tatausaha.settings import Settings

ATTENTION = text("Some fields need your attention.")
NPWP = re.compile(r"[0-9]{16}")


class DetailsForm(msgspec.Struct, frozen=True):
    """Who is written on the invoices for the subscription, and in which currency it is paid."""

    name: str
    email: str
    currency: Currency
    version: int
    npwp: str | None = None
    address: Lines = ""


async def ensure(settings: Settings, now: datetime) -> Account | None:
    """The provider's account, made with its trial when it has none. None while billing is off: then nothing is limited.

    Needs the provider's scope, open.
    """
    account = await accounts.find_account()
    if not settings.billing:
        return account
    if account is not None:
        await _limit(account.trial_ends_at, settings)  # which was lifted if billing was off meanwhile
        return account
    ends_at = now + timedelta(days=settings.trial_days)
    await db.execute(
        "insert into billing_account (name, email, trial_ends_at) select p.name, coalesce((select m.email from member m"
        " where m.role = 'owner' and m.ended_at is null order by m.created_at, m.id limit 1), ''), $1 from provider p"
        " on conflict do nothing",
        ends_at,
    )
    await _limit(ends_at, settings)
    account = await accounts.get_account()
    await audit.record("opened", "billing_account", account.id)
    return account


async def _limit(trial_ends_at: datetime, settings: Settings) -> None:
    await db.execute(
        "insert into entitlement (reason, open_until, grace_until) values ('trial', $1, $2) on conflict do nothing",
        *(trial_ends_at, trial_ends_at + timedelta(days=settings.grace_days)),
    )


async def keep_details(form: DetailsForm) -> None:
    """Keep who is billed. Raises `Invalid` with a sentence at each wrong field, and when somebody else saved meanwhile."""
    account = await accounts.get_account(lock=True)
    npwp = re.sub(r"[ .-]", "", form.npwp) if form.npwp else None
    problems = _problems(form, npwp)
    if form.currency != account.currency and await accounts.has_subscribed():
        problems["currency"] = text("The currency stays as it was when you first subscribed.")
    if problems:
        raise Invalid(ATTENTION, problems)
    if form.version != account.version:
        raise Invalid(text("Somebody else saved these details meanwhile. Compare, then save again."), {})
    await db.execute(
        "update billing_account set name = $1, email = $2, npwp = $3, address = $4, currency = $5, version = version + 1",
        *(form.name.strip(), form.email.strip().lower(), npwp, form.address.strip(), form.currency),
    )
    await enqueue(TellDetails(), once_key=f"details {account.version}", link="/subscription/details")
    await audit.record("changed", "billing_account", account.id)


async def tell_details(claim: Claim) -> None:
    """Tell Stripe the details as they are now, if it knows the customer."""
    async with claim.scope():
        account = await accounts.get_account()
    if account.customer_id is not None:
        await stripe_api.update_customer(
            f"{claim.row.id}:details:{account.version}",
            account.customer_id,
            name=account.name,
            email=account.email,
            address=account.address,
            npwp=account.npwp,
        )
    async with claim.finishing():
        pass


def _problems(form: DetailsForm, npwp: str | None) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if not 1 <= len(form.name.strip()) <= 200:
        problems["name"] = text("Use 1 to 200 characters.")
    try:
        recipient_of(form.email.strip())
    except Refused:
        problems["email"] = text("Write a complete e-mail address.")
    if npwp and not NPWP.fullmatch(npwp):
        problems["npwp"] = text("An NPWP has 16 digits.")
    if len(form.address) > 500:
        problems["address"] = text("Use at most 500 characters.")
    return problems
