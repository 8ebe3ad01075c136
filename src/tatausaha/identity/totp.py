"""Codes of an authenticator app (RFC 6238): six digits of 30 seconds each, one span early or late, each accepted once."""

import base64
import binascii
import hmac
import time
from uuid import UUID

import msgspec
import pyotp
import segno

from tatausaha.core import db
from tatausaha.core.crypto import Unsealable, house_keys
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.identity.queries import lock_factors

PURPOSE = "totp"
PROPOSED = "totp proposal"
SPAN_SECONDS = 30
PROPOSAL_SECONDS = 1_800
ISSUER = "Tatausaha"


class Proposal(msgspec.Struct, frozen=True):
    """A secret that somebody is about to enrol, kept by nobody but the form: `sealed` brings it back with the code."""

    secret: str
    sealed: str
    qr: str  # the picture, as a data address

    @property
    def typed(self) -> str:
        """The secret as people type it, in groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


async def propose(account_id: UUID, email: str, sealed: str = "") -> Proposal:
    """A new secret for an account, or the one that the form brought back."""
    secret = await _opened(account_id, sealed) if sealed else pyotp.random_base32()
    if not sealed:
        kept = (await house_keys()).seal(PROPOSED, f"{account_id} {int(time.time())} {secret}")
        sealed = base64.urlsafe_b64encode(kept).decode()
    return Proposal(secret, sealed, _picture(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)))


async def enrol(account_id: UUID, sealed: str, code: str, *, first: bool) -> None:
    """Keep the proposed secret, in place of an older one, once a code shows that the app has it. Raises Invalid.

    `first`: only a password was shown until now; Conflict if the account has a factor meanwhile.
    """
    secret = await _opened(account_id, sealed)
    step = _step_of(secret, code)
    if step is None:
        wrong = text("This code does not fit. Is the phone's clock right? Type the six digits that the app shows now.")
        raise Invalid(text("Some fields need your attention."), {"code": wrong})
    await keep(account_id, secret, step, first=first)


async def keep(account_id: UUID, secret: str, step: int = 0, *, first: bool = False) -> None:
    """Make `secret` the account's own; codes up to the span `step` are spent."""
    sealed = (await house_keys()).seal(PURPOSE, secret)
    async with gate_scope():
        await lock_factors(account_id, first=first)
        await db.execute(
            "insert into totp (account_id, secret, last_step) values ($1, $2, $3) on conflict (account_id)"
            " do update set secret = excluded.secret, last_step = excluded.last_step, created_at = now()",
            *(account_id, sealed, step),
        )


async def verify(account_id: UUID, code: str) -> bool:
    """Whether the code is one of the app's of now, and is seen for the first time. Needs the gate scope."""
    sealed: bytes | None = await db.value("select secret from totp where account_id = $1", account_id)
    if sealed is None:
        return False
    step = _step_of((await house_keys()).open(PURPOSE, sealed), code)
    if step is None:
        return False
    return bool(
        await db.execute("update totp set last_step = $2 where account_id = $1 and last_step < $2", account_id, step)
    )


def _step_of(secret: str, code: str) -> int | None:
    """The span of time that the code belongs to."""
    typed, now = "".join(code.split()), int(time.time()) // SPAN_SECONDS
    app = pyotp.TOTP(secret)
    fitting = [
        step for step in (now - 1, now, now + 1) if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode())
    ]
    return max(fitting, default=None)


async def _opened(account_id: UUID, sealed: str) -> str:
    """The secret of a proposal that was made for this account, and not long ago."""
    old = Invalid(text("This page is too old. Scan the picture that is shown now."))
    try:
        opened = (await house_keys()).open(PROPOSED, base64.urlsafe_b64decode(sealed))
    except (Unsealable, binascii.Error, ValueError):
        raise old from None
    owner, made_at, secret = opened.split(" ")
    if owner != str(account_id) or time.time() - int(made_at) > PROPOSAL_SECONDS:
        raise old
    return secret


def _picture(address: str) -> str:
    """The QR code as an SVG in a data address: no file, no other host."""
    return segno.make(address, micro=False).svg_data_uri(scale=5, border=3, light="#ffffff")
