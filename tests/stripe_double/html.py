"""The frame of the stand-in's pages: plain, readable on a phone, and saying on each what it is."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f5f6f8;color:#1c1f24}
main{max-width:34rem;margin:0 auto;padding:1rem}
.note{margin:0;background:#fff3cd;color:#4d3b00;padding:.75rem 1rem;text-align:center}
.card{background:#fff;border:1px solid #d5d9e0;border-radius:.5rem;padding:1rem;margin:1rem 0}
h1{font-size:1.35rem;margin:.5rem 0}h2{font-size:1.05rem;margin:0 0 .5rem}
table{width:100%;border-collapse:collapse}td{padding:.25rem 0;vertical-align:top}
td:last-child{text-align:right;padding-left:.5rem;white-space:nowrap}
button{font:inherit;display:block;width:100%;min-height:2.75rem;margin:.5rem 0;padding:.5rem 1rem;border-radius:.375rem;
border:1px solid #3b4a9c;background:#3b4a9c;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#3b4a9c}a{color:#2f3d8a}.problem{color:#8f1d1d;font-weight:600}
tr.total td{border-top:1px solid #d5d9e0;font-weight:600}
"""


class Page(NamedTuple):
    """What a page answers with."""

    body: bytes
    status: int = 200
    location: str = ""
    kind: bytes = b"text/html; charset=utf-8"


def page(title: str, *parts: str, status: int = 200) -> Page:
    """A whole page of these parts, which are HTML."""
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        '<p class="note" role="note">This is a stand-in for Stripe. No money moves.</p><main>'
    )
    return Page(f"{head}<h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>".encode(), status)


def go_to(location: str) -> Page:
    return Page(b"", 303, location)


def card(title: str, *parts: str) -> str:
    return f'<section class="card"><h2>{escape(title)}</h2>{"".join(parts)}</section>'


def rows(pairs: Iterable[tuple[str, str]], total: tuple[str, str] | None = None) -> str:
    body = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in pairs)
    if total:
        body += f'<tr class="total"><td>{escape(total[0])}</td><td>{escape(total[1])}</td></tr>'
    return f"<table>{body}</table>"


def choices(*buttons: tuple[str, str]) -> str:
    """A form whose buttons are what a person may do, as (what, words); the first is the main one."""
    shown = (
        f'<button name="do" value="{escape(what)}"{" class=quiet" if index else ""}>{escape(words)}</button>'
        for index, (what, words) in enumerate(buttons)
    )
    return f'<form method="post">{"".join(shown)}</form>'


def link(address: str, words: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'


def text(words: str, *, problem: bool = False) -> str:
    return f"<p{' class=problem role=alert' if problem else ''}>{escape(words)}</p>"


def money(amount: int, currency: str) -> str:
    """An amount in minor units, which are hundredths of both currencies."""
    whole, part = divmod(abs(amount), 100)
    sign = "-" if amount < 0 else ""
    if currency == "idr":
        return f"{sign}Rp {whole:,}".replace(",", ".") + (f",{part:02d}" if part else "")
    return f"{sign}US$ {whole:,}.{part:02d}"
