"""Passkeys (WebAuthn): made for this site alone, held by the person's device, which asks for finger, face or PIN."""

import hashlib
import json
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import webauthn
from webauthn.helpers.base64url_to_bytes import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.core.process import tools
from tatausaha.identity.queries import lock_factors

Purpose = Literal["enter", "add", "prove"]
CHALLENGE_MINUTES = 5
MOST_PASSKEYS = 20
SITE = "Tatausaha"
# What a credential that nobody's device made may raise in the library's reading of it.
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError)


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: bytes
    name: str
    created_at: datetime
    used_at: datetime | None


class Known(msgspec.Struct, frozen=True):
    """What an answer is checked against."""

    id: bytes
    account_id: UUID
    public_key: bytes
    sign_count: int


def site_id() -> str | None:
    """The host that passkeys are made for, or None where browsers make none: at a bare address."""
    host = urlsplit(tools().settings.base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return None


async def options_to_add(account_id: UUID, email: str, name: str) -> str:
    """What the browser needs to make a passkey, as JSON; the passkeys that there are exclude their devices."""
    async with gate_scope():
        known = await db.records("select id from passkey where account_id = $1", account_id)
        options = webauthn.generate_registration_options(
            rp_id=_site_id(),
            rp_name=SITE,
            user_id=account_id.bytes,
            user_name=email,
            user_display_name=name,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=record["id"]) for record in known],
        )
        await _remember(options.challenge, "add", account_id)
    return webauthn.options_to_json(options)


async def options_to_prove(purpose: Purpose, account_id: UUID | None = None) -> str:
    """What the browser needs to answer with a passkey, as JSON: any of this site's, or one of the account's."""
    async with gate_scope():
        known = await db.records("select id from passkey where account_id = $1", account_id) if account_id else []
        options = webauthn.generate_authentication_options(
            rp_id=_site_id(),
            user_verification=UserVerificationRequirement.REQUIRED,
            allow_credentials=[PublicKeyCredentialDescriptor(id=record["id"]) for record in known],
        )
        await _remember(options.challenge, purpose, account_id)
    return webauthn.options_to_json(options)


async def add(account_id: UUID, credential: str, name: str, *, first: bool) -> None:
    """Keep the passkey that a device made in answer to this account's own challenge. Raises Invalid.

    `first`: only a password was shown until now; Conflict if the account has a factor meanwhile.
    """
    challenge = _challenge_of(credential)
    await _redeem(challenge, "add", account_id)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site_id(),
            expected_origin=tools().settings.base_url,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise _refused() from None
    async with gate_scope():
        await lock_factors(account_id, first=first)
        count = await db.value("select count(*) from passkey where account_id = $1", account_id)
        if count >= MOST_PASSKEYS:
            raise Conflict(text("More than {count} passkeys are not kept. Remove one first.", count=MOST_PASSKEYS))
        kept = await db.execute(
            "insert into passkey (id, account_id, name, public_key, sign_count) values ($1, $2, $3, $4, $5)"
            " on conflict (id) do nothing",
            *(made.credential_id, account_id, (name or SITE)[:60], made.credential_public_key, made.sign_count),
        )
    if not kept:
        raise _refused()


async def prove(purpose: Purpose, credential: str, account_id: UUID | None = None) -> UUID:
    """The account that the answer belongs to; with `account_id`, that one or none. Raises Invalid.

    A challenge serves one answer, good or bad. A device whose count of uses stands still may be a copy, and is refused.
    """
    challenge = _challenge_of(credential)
    await _redeem(challenge, purpose, account_id)
    known = await _known(credential)
    if known is None or (account_id is not None and known.account_id != account_id):
        raise _refused()
    try:
        answer = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site_id(),
            expected_origin=tools().settings.base_url,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise _refused() from None
    async with gate_scope():
        used = await db.execute(
            "update passkey set sign_count = $2, used_at = now() where id = $1 and sign_count <= $2",
            *(known.id, answer.new_sign_count),
        )
    if not used:
        raise _refused()
    return known.account_id


async def list_of(account_id: UUID) -> list[Passkey]:
    """The account's passkeys, oldest first. Needs the gate scope."""
    return await db.rows(
        Passkey,
        "select id, name, created_at, used_at from passkey where account_id = $1 order by created_at",
        account_id,
    )


def _site_id() -> str:
    site = site_id()
    if site is None:
        raise Conflict(text("Passkeys need a host name; they cannot be used at a bare address."))
    return site


async def _remember(challenge: bytes, purpose: Purpose, account_id: UUID | None) -> None:
    await db.execute(
        "insert into passkey_challenge (challenge_hash, account_id, purpose, expires_at)"
        " values ($1, $2, $3, now() + make_interval(mins => $4))",
        *(hashlib.sha256(challenge).digest(), account_id, purpose, CHALLENGE_MINUTES),
    )


async def _redeem(challenge: bytes, purpose: Purpose, account_id: UUID | None) -> None:
    """Use up a challenge of ours; it is gone whatever the answer proves to be."""
    async with gate_scope():
        redeemed = await db.value(
            "delete from passkey_challenge where challenge_hash = $1 and purpose = $2"
            " and account_id is not distinct from $3 and expires_at > now() returning 1",
            *(hashlib.sha256(challenge).digest(), purpose, account_id),
        )
    if redeemed is None:
        raise _refused()


async def _known(credential: str) -> Known | None:
    try:
        passkey_id = base64url_to_bytes(_json(credential)["rawId"])
    except UNREADABLE:
        raise _refused() from None
    async with gate_scope():
        return await db.row(
            Known, "select id, account_id, public_key, sign_count from passkey where id = $1", passkey_id
        )


def _challenge_of(credential: str) -> bytes:
    """The challenge that a device signed, as it says itself; the library compares the two."""
    try:
        client_data = json.loads(base64url_to_bytes(_json(credential)["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except UNREADABLE:
        raise _refused() from None


def _json(credential: str) -> dict[str, Any]:
    read: dict[str, Any] = msgspec.json.decode(credential, type=dict[str, Any])
    return read


def _refused() -> Invalid:
    return Invalid(text("The passkey did not work here. Try again, or use another way."))
