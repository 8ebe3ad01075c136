"""Brings the Indonesian catalogue up to date with what the code and the templates say.

python infra/words.py            adds new sentences without a translation, drops those that are gone
python infra/words.py --missing  lists the sentences that still need one; exit code 1 if there are any
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

BEGAN = datetime(2026, 11, 21, tzinfo=UTC)
PROJECT = Path(__file__).resolve().parents[1]
CATALOGUE = PROJECT / "frontend/locales/id/LC_MESSAGES/messages.po"
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {
    name: {"extensions": "jinja2.ext.do", "silent": "false", "newstyle_gettext": "true"}
    for name in ("**.html", "**.txt")
}
KEYWORDS = {"text": None, "_": None, "gettext": None, "ngettext": (1, 2)}


def said() -> Catalog:
    """Every sentence that is marked in the code, the workers and the templates."""
    found = Catalog(locale="id", project="Tatausaha", charset="utf-8")
    for folder in ("src", "workers", "frontend/templates"):
        for path, line, message, _comments, _context in extract_from_dir(
            PROJECT / folder, METHODS, OPTIONS, keywords=KEYWORDS
        ):
            found.add(message, locations=[(f"{folder}/{path}", line)])
    return found


def kept() -> Catalog:
    """The catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="id", project="Tatausaha", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def first(forms: str | list[str] | tuple[str, ...]) -> str:
    return forms if isinstance(forms, str) else forms[0]


def missing(spoken: Catalog, catalogue: Catalog) -> list[str]:
    """Sentences without a translation, or with one that only a guess put there."""
    known = {first(m.id) for m in catalogue if m.id and m.string and first(m.string) and not m.fuzzy}
    return sorted(first(m.id) for m in spoken if m.id and first(m.id) not in known)


def bring_up_to_date(spoken: Catalog, catalogue: Catalog) -> None:
    """Write the catalogue anew: sorted, without places, which would change with every line of code."""
    translations = {first(m.id): m.string for m in catalogue if m.id}
    fresh = Catalog(
        locale="id", project="Tatausaha", charset="utf-8", header_comment="# Indonesian words of Tatausaha."
    )
    fresh.fuzzy, fresh.creation_date, fresh.revision_date = False, BEGAN, BEGAN  # a date of now would change each time
    fresh.last_translator = fresh.language_team = fresh.msgid_bugs_address = "Tatausaha"
    for message in sorted((m for m in spoken if m.id), key=lambda m: first(m.id)):
        string = translations.get(first(message.id), "")
        plural = isinstance(message.id, list | tuple)
        fresh.add(message.id, [first(string)] if plural else first(string) if string else "")
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, width=100, omit_header=False, include_previous=False)


if __name__ == "__main__":
    gaps = missing(said(), kept())
    if "--missing" in sys.argv:
        print("\n".join(gaps))
        sys.exit(bool(gaps))
    bring_up_to_date(said(), kept())
    print(f"{CATALOGUE.relative_to(PROJECT)}: {len(gaps)} sentences need a translation")
