"""Security headers on every answer, also on errors and files."""

from litestar.types import Message, Scope

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# What is no page of ours, a file that somebody opens all the same above all: it runs nothing, and is of no origin.
SANDBOXED = f"{CONTENT_SECURITY_POLICY}; sandbox"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # What may be kept says so itself.
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"


_CSP = b"content-security-policy"
_PLAIN = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
_SECURE = {**_PLAIN, b"strict-transport-security": HSTS.encode()}


async def add_security_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send` hook. What an answer says itself stays, but for the policy of what is no page."""
    if message["type"] != "http.response.start":
        return
    given = {name.lower(): value for name, value in message["headers"]}
    ours = _SECURE if scope["scheme"] == "https" else _PLAIN
    added = {name: value for name, value in ours.items() if name not in given}
    kept = message["headers"]
    if not given.get(b"content-type", b"").startswith(b"text/html"):
        kept = [pair for pair in kept if pair[0].lower() != _CSP]
        added[_CSP] = SANDBOXED.encode()
    message["headers"] = [*kept, *added.items()]
