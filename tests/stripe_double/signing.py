"""How Stripe signs what it sends: an HMAC over the instant and the body, with the endpoint's secret."""

import hashlib
import hmac


def signature(body: bytes, secret: str, at: int) -> str:
    """The header `Stripe-Signature` of a body that is sent at a moment."""
    code = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"
