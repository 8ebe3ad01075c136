"""The key that wraps all other keys: in a file that its owner alone may read, or in AWS KMS and never outside of it.

A data key is wrapped for one provider, use and number (`context`), so that a wrapped key moved to another row of the
database does not open.
"""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tatausaha.core.errors import Unavailable
from tatausaha.core.i18n import Text, text

NONCE = 12
KEY = 32


class KeysError(Unavailable):
    """The master key cannot be reached, or is not the one that a data key was wrapped with."""


class Wrapped(msgspec.Struct, frozen=True):
    """A data key as it is stored, and the name of the master key that opens it."""

    master: str
    content: bytes


class MasterKeys(Protocol):
    """What wraps and unwraps data keys. Both may wait for a network: call them in a thread."""

    def wrap(self, key: bytes, context: str) -> Wrapped:
        """Wrap with the newest master key. Raises KeysError."""

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        """The data key. Raises KeysError when the master key is another, or anything was changed."""


def open_master_keys(url: str) -> MasterKeys:
    """The master keys at `file:///keys.json` or `aws-kms://key-id?region=…&endpoint=…`.

    KMS credentials come from the AWS_* variables. Raises KeysError when a file is missing, open to others, or damaged.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return FileKeys(Path(unquote(parts.path)))
    if parts.scheme == "aws-kms" and parts.netloc:
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return KmsKeys(unquote(parts.netloc + parts.path), options.get("region"), options.get("endpoint"))
    raise ValueError(f"not a URL of keys: {url!r}; use file:///keys.json or aws-kms://key-id?region=…")


class FileKeys:
    """Numbered master keys in a JSON file of mode 0600; the highest number wraps, all of them unwrap."""

    def __init__(self, file: Path) -> None:
        self._keys = {number: AESGCM(key) for number, key in read_key_file(file).items()}
        self._newest = max(self._keys)

    def wrap(self, key: bytes, context: str) -> Wrapped:
        nonce = os.urandom(NONCE)
        content = nonce + self._keys[self._newest].encrypt(nonce, key, context.encode())
        return Wrapped(f"file:{self._newest}", content)

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        place, _, number = wrapped.master.partition(":")
        key = self._keys.get(int(number)) if place == "file" else None
        if key is None:
            raise KeysError(_unknown(wrapped))
        try:
            return key.decrypt(wrapped.content[:NONCE], wrapped.content[NONCE:], context.encode())
        except InvalidTag:
            raise KeysError(_unknown(wrapped)) from None


class KmsKeys:
    """A key of AWS KMS, which wraps and unwraps without ever leaving it."""

    def __init__(self, key_id: str, region: str | None, endpoint: str | None) -> None:
        try:
            import boto3  # noqa: PLC0415 - an optional extra
        except ImportError:
            raise KeysError(text("Keys of AWS KMS need the extra `kms`: install tatausaha[kms].")) from None
        self._key_id = key_id
        self._client: Any = boto3.client("kms", region_name=region, endpoint_url=endpoint)

    def wrap(self, key: bytes, context: str) -> Wrapped:
        answer = self._ask("encrypt", KeyId=self._key_id, Plaintext=key, context=context)
        return Wrapped(f"aws-kms:{self._key_id}", answer["CiphertextBlob"])

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        place, _, key_id = wrapped.master.partition(":")
        if place != "aws-kms":
            raise KeysError(_unknown(wrapped))
        plain: bytes = self._ask("decrypt", KeyId=key_id, CiphertextBlob=wrapped.content, context=context)["Plaintext"]
        return plain

    def _ask(self, verb: str, context: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an optional extra

        try:
            answer: dict[str, Any] = getattr(self._client, verb)(**arguments, EncryptionContext={"for": context})
        except (BotoCoreError, ClientError) as error:
            # What KMS answers names the key and the reason, and never holds a secret.
            raise KeysError(text("AWS KMS did not answer for the keys: {reason}", reason=str(error))) from error
        return answer


def create_key_file(file: Path) -> int:
    """Add a new master key to the file, which is made when missing; gives the key's number.

    Keep a copy of the file apart from the database and its backups: without it, nothing sealed can be read again.
    """
    keys = read_key_file(file) if file.exists() else {}
    number = max(keys, default=0) + 1
    keys[number] = secrets.token_bytes(KEY)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({str(number): base64.b64encode(key).decode() for number, key in keys.items()}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(file)
    return number


def read_key_file(file: Path) -> dict[int, bytes]:
    """The numbered master keys. Raises KeysError, which tells the file but nothing of its content."""
    try:
        mode = file.stat().st_mode
        content = file.read_text()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise KeysError(
            text(
                "The file of keys {file} cannot be read: {reason}. `tata keys create` makes one.",
                file=str(file),
                reason=reason,
            )
        ) from None
    if mode & 0o037:  # a group may read: that is how Kubernetes hands a secret to those it is for
        raise KeysError(text("The file of keys {file} is open to others. Set its mode to 0600.", file=str(file)))
    try:
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in json.loads(content).items()}
    except (ValueError, AttributeError, TypeError):
        keys = {}
    if not keys or any(len(key) != KEY for key in keys.values()):
        raise KeysError(text("The file of keys {file} is damaged. Put back a copy of it.", file=str(file)))
    return keys


def _unknown(wrapped: Wrapped) -> Text:
    return text(
        "A data key was wrapped with the master key {name}, which TATA_KEYS_URL does not hold, or it was changed since.",
        name=wrapped.master,
    )
