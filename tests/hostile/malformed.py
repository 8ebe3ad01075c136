"""Bodies that no program of good will sends, by the thousand: the same ones for the same seed."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tests.hostile.corpus import MARK, NASTY, percent

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "grens"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
KINDS = (
    *(
        JSON,
        FORM,
        MULTIPART,
        "text/plain",
        "application/xml",
        "application/msgpack",
        "",
        "x",
        "application/json; charset=utf-7",
    ),
    *(
        "application/x-www-form-urlencoded; charset=idna",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "a/b/c;;=",
    ),
)
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "-0", "1.5", "00012", "0x10", "1_000", "1e-400")
FIELDS = (
    "name",
    "number",
    "email",
    "version",
    "client_id",
    "comment",
    "amount",
    "starts_on",
    "password",
    "scopes",
    "file",
)

WORDS = [one for one in NASTY if isinstance(one, str)]
SIMPLE = (None, True, -1, 2**63, 2**2000, "")


class Body(NamedTuple):
    """What is sent, and as what."""

    kind: str
    content: bytes


def bodies(seed: int, count: int, known: dict[str, Any]) -> Iterator[Body]:
    """`count` bodies; `known` holds fields that the route takes, which some of them spoil."""
    chance = random.Random(seed)
    for _ in range(count):
        make = chance.choice(MAKERS)
        kind, content = make(chance, known)
        yield Body(chance.choice(KINDS) if chance.random() < 0.15 else kind, content)


def _text(chance: random.Random) -> str:
    nasty = chance.choice(WORDS)
    return (
        chance.choice((nasty, nasty, nasty, MARK, nasty + MARK, "\ud800")) if chance.random() < 0.97 else "a" * 100_000
    )


def _value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(10 if depth < 3 else 7)
    if kind == 6:
        return _text(chance)
    if kind < 6:
        return SIMPLE[kind]
    return ([_value(chance, depth + 1)], {chance.choice(FIELDS): _value(chance, depth + 1)})[kind % 2]


def _spoilt(chance: random.Random, known: dict[str, Any]) -> Body:
    """Well made but for one or two fields: of another type, unknown, or missing."""
    fields = dict(known)
    for _ in range(chance.randint(1, 2)):
        name = chance.choice([*known, *FIELDS, MARK])
        if chance.random() < 0.2:
            fields.pop(name, None)
        else:
            fields[name] = _value(chance)
    return Body(JSON, json.dumps(fields).encode())


def _numbers(chance: random.Random, known: dict[str, Any]) -> Body:
    name = chance.choice([*known, *FIELDS])
    return Body(JSON, f'{{"{name}": {chance.choice(NUMBERS)}}}'.encode())


def _deep(chance: random.Random, known: dict[str, Any]) -> Body:
    depth = chance.choice((50, 600, 1_100, 100_000))
    opening, closing = chance.choice((("[", "]"), ('{"name":', "}"), ("[[", "]]")))
    return Body(JSON, (opening * depth + "1" + closing * (depth if chance.random() < 0.5 else 0)).encode())


def _twice(chance: random.Random, known: dict[str, Any]) -> Body:
    name = chance.choice([*known, *FIELDS])
    return Body(JSON, ("{" + ",".join(f'"{name}": {json.dumps(_value(chance))}' for _ in range(9)) + "}").encode())


def _broken(chance: random.Random, known: dict[str, Any]) -> Body:
    """Cut off, with letters exchanged, in another encoding, or with something behind it."""
    whole = json.dumps(dict(known) | {chance.choice(FIELDS): MARK}).encode()
    damage: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: body[: chance.randrange(len(body))],
        lambda body: body.replace(b'"', b"\xff", 1),
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.decode().encode("utf-16"),
        lambda body: body + b"}" + MARK.encode(),
        lambda body: body.replace(b":", b"\x00", 1),
        lambda body: bytes(chance.randrange(256) for _ in range(chance.randrange(200))),
        lambda _: chance.choice((b"", b"null", b"[]", b'"x"', b"1", b"tru", b"'x'", b"{", b"\xed\xa0\x80")),
        lambda body: body.replace(b'"', b'"\\ud800', 1),
    )
    return Body(JSON, chance.choice(damage)(whole))


def _form(chance: random.Random, known: dict[str, Any]) -> Body:
    names = [*known, *FIELDS]
    body = percent({chance.choice(names): chance.choice(NASTY) for _ in range(chance.randint(1, 6))})
    damage: tuple[Callable[[bytes], bytes], ...] = (
        lambda whole: whole,
        lambda whole: whole + b"&%",
        lambda whole: whole + b"&name=%ff%fe%zz",
        lambda whole: whole + b"&" + MARK.encode() + b"=1",
        lambda whole: whole + b"&x=y" * chance.choice((100, 3_000)),
        lambda whole: b"=" + whole + b"&&&;;",
    )
    return Body(FORM, chance.choice(damage)(body))


def _parts(chance: random.Random, known: dict[str, Any]) -> Body:
    end, name = b"\r\n", chance.choice([*known, *FIELDS]).encode()
    heads = (
        b'Content-Disposition: form-data; name="' + name + b'"',
        b'Content-Disposition: form-data; name="' + name + b'"; filename="' + MARK.encode() + b'.xlsx"',
        b'Content-Disposition: form-data; name="' + name + b'"; filename="../../x\x00.csv"',
        b"Content-Disposition: form-data",
        b"Content-Disposition: attachment; name=x",
        b'Content-Disposition: form-data; name="' + name,
        b"X: " + b"y" * chance.choice((10, 70_000)),
        b"Content-Type: multipart/mixed; boundary=" + BOUNDARY.encode(),
    )
    content = chance.choice((b"x", b"\xff\xfe", MARK.encode(), b"PK\x03\x04" + b"\x00" * 50, b"a;b\n" * 500, b""))
    body = b"".join(
        b"--" + BOUNDARY.encode() + end + chance.choice(heads) + end + end + content + end
        for _ in range(chance.choice((1, 2, 30)))
    )
    return Body(
        MULTIPART, body + chance.choice((b"--" + BOUNDARY.encode() + b"--", b"", b"--" + BOUNDARY.encode(), b"--x--"))
    )


MAKERS = (_spoilt, _spoilt, _numbers, _deep, _twice, _broken, _form, _form, _parts)
