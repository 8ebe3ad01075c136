"""The record of requirements tells the truth: each is there, and what it names exists."""

import re
from collections.abc import Iterator

from tatausaha.settings import PROJECT

RECORD = (PROJECT / "infra/decisions/0017-asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ATTACK = re.compile(r"^\| (A\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

# OWASP ASVS 5.0.0: all of levels 1 and 2, and those of level 3 that we chose.
LEVEL_1 = """1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1
14.3.1 15.1.1 15.2.1 15.3.1"""
LEVEL_2 = """1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 4.1.2-3 4.2.1
4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5 7.5.1-2
7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.3
11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4 14.3.2-3 15.1.2-3 15.2.2-3
15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2"""
LEVEL_3 = """1.2.10 1.3.12 2.3.5 3.4.8 4.1.4 5.2.4 5.2.6 5.3.3 6.3.5 6.3.7-8 6.4.6 7.5.3 8.3.2-3 13.1.2 13.2.6 13.4.6 14.2.6-7
15.4.1-4 16.5.4"""
ATTACKS = {f"A{number}" for number in range(1, 28)}


def numbers(written: str) -> Iterator[str]:
    for part in written.split():
        section, _, span = part.rpartition(".")
        first, _, last = span.partition("-")
        yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def outside() -> list[str]:
    """What the record names as not applying: requirements, sections, chapters."""
    part = RECORD.partition("## What does not apply")[2].partition("## ")[0]
    rows = re.findall(r"^\| ([\d., ]+) \| ([^|]+) \|$", part, re.MULTILINE)
    return [f"{number.strip()}." for row, _ in rows for number in row.split(",")]


def rows() -> dict[str, tuple[str, str, str, str]]:
    return {number: (level, what, where, by) for number, level, what, where, by in ROW.findall(RECORD)}


def named_tests() -> Iterator[tuple[str, str]]:
    for number, (_, _, _, by) in rows().items():
        yield number, by.strip()
    for number, _, by in ATTACK.findall(RECORD):
        yield number, by.strip()


def test_no_requirement_is_missing_and_each_has_its_level() -> None:
    wanted = {
        number: level
        for level, listed in (("1", LEVEL_1), ("2", LEVEL_2), ("3", LEVEL_3))
        for number in numbers(listed)
    }
    applying = {number for number in wanted if not f"{number}.".startswith(tuple(outside()))}

    assert sorted(numbers(LEVEL_1)) == sorted(set(numbers(LEVEL_1)))
    assert len(list(numbers(LEVEL_1))) == 70
    assert sorted(applying - rows().keys()) == []
    assert sorted(rows().keys() - applying) == []
    assert {number: row[0] for number, row in rows().items()} == {number: wanted[number] for number in rows()}


def test_every_attack_has_its_test() -> None:
    assert {number for number, _, _ in ATTACK.findall(RECORD)} == ATTACKS


def test_every_place_that_is_named_exists() -> None:
    bases = (PROJECT, PROJECT / "src/tatausaha")
    gone = [
        (number, place)
        for number, (_, _, where, _) in rows().items()
        for place in re.findall(r"`([^`]+)`", where)
        if not any((base / place).exists() for base in bases)
    ]

    assert [number for number, row in rows().items() if "`" not in row[2]] == []
    assert gone == []


def test_every_test_that_is_named_exists() -> None:
    gone = [
        (number, by)
        for number, by in named_tests()
        if (named := re.fullmatch(r"`([\w/]+\.py)::(\w+)`", by)) and not holds(named[1], named[2])
    ]

    assert gone == []


def holds(file: str, name: str) -> bool:
    path = PROJECT / "tests" / file
    return path.exists() and bool(re.search(rf"^(async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_a_row_is_shown_by_a_test_or_a_document_or_says_openly_what_is_lacking() -> None:
    odd = [
        (number, by)
        for number, by in named_tests()
        if not (re.fullmatch(r"`[\w/]+\.py::\w+`", by) or by == "document" or re.match(r"(open|none): \w.{20,}", by))
    ]

    assert odd == []
