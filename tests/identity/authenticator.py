"""A device that makes and uses passkeys, and lies wherever a test tells it to."""

import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers.bytes_to_base64url import bytes_to_base64url as text

PRESENT, VERIFIED, ATTESTED = 1, 4, 64
ORIGIN, SITE = "http://testserver", "testserver"


class Authenticator:
    """One passkey. `count` is the number of uses that it claims."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count = os.urandom(16), 0

    def make(self, options: str, **lies: Any) -> str:
        """The answer to a challenge for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(ATTESTED, lies) + bytes(16) + len(self.id).to_bytes(2) + self.id + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(options, "webauthn.create", lies, {"attestationObject": text(attested)})

    def use(self, options: str, **lies: Any) -> str:
        """The answer to a challenge for this passkey."""
        self.count += 1
        data = self._data(0, lies)
        signed = data + hashlib.sha256(self._client(options, "webauthn.get", lies)).digest()
        signature = lies.get("key", self.key).sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            options, "webauthn.get", lies, {"authenticatorData": text(data), "signature": text(signature)}
        )

    def _data(self, more: int, lies: dict[str, Any]) -> bytes:
        flags = lies.get("flags", PRESENT | VERIFIED) | more
        site = hashlib.sha256(lies.get("site", SITE).encode()).digest()
        return site + bytes([flags]) + lies.get("count", self.count).to_bytes(4)

    def _client(self, options: str, kind: str, lies: dict[str, Any]) -> bytes:
        challenge = lies.get("challenge", json.loads(options)["challenge"])
        said = {"type": lies.get("type", kind), "challenge": challenge, "origin": lies.get("origin", ORIGIN)}
        return json.dumps(said).encode()

    def _answer(self, options: str, kind: str, lies: dict[str, Any], response: dict[str, str]) -> str:
        shown = text(lies.get("id", self.id))
        client = {"clientDataJSON": text(self._client(options, kind, lies))}
        return json.dumps({"id": shown, "rawId": shown, "type": "public-key", "response": client | response})
