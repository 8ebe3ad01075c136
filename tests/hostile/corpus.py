"""What an attacker types, and what a careless person types."""

from urllib.parse import quote_from_bytes

Nasty = str | bytes

MARK = "\"'><b data-evil=1>"
"""Shows itself in a page that does not escape."""

NASTY: tuple[Nasty, ...] = (
    MARK,
    "</script><b data-evil=1>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "%(name)s {name} {0.__class__} %n",
    "'; drop table client; --",
    "=cmd|' /C calc'!A0",
    "../../../etc/passwd",
    "x\r\nBcc: everybody@evil.test\r\n\r\nHello",
    " ",
    "\t\n",
    "\x00",
    "\x1b[2J",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "\ufffe",
    "\u202egnp.exe",
    "😀👩‍👩‍👧‍👦" * 20,
    "é" * 201,
    "a" * 10_000,
    "a" * 10_001,
    "NaN",
    "-1",
    "1e9",
    "0x10",
    "١٢٣",
    "1,5",
    "9" * 5_000,
    "9223372036854775808",
    "10.000.000.000.000",
    "2147483648",
    "31/02/2026",
    "0001-01-01",
    "9999-12-31",
    "0001-01",
    "9999-12",
    "2026-13",
    "00000000-0000-0000-0000-000000000000",
    "[object Object]",
    "null",
    "a,b,,c",
    "//[",
    "//evil.test/",
)


def percent(values: dict[str, Nasty]) -> bytes:
    """Fields as a browser would send them, also those that no browser can hold."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in values.items()).encode()


def _quoted(value: Nasty) -> str:
    return quote_from_bytes(value if isinstance(value, bytes) else value.encode())
