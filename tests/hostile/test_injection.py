"""What people type is data: no template, no query, no field that a form did not ask for, no host's name of theirs."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

import msgspec
import pypdfium2
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.errors import Invalid
from tatausaha.core.letters import get_letter
from tatausaha.core.process import tools
from tatausaha.core.web.forms import parse
from tatausaha.settings import PROJECT
from tests.hostile.visiting import visitor
from tests.make import ROLES, Office
from tests.portal import stories
from tests.test_isolation import cases, furnish
from workers.mail import compose

SUM = "1787569"
EVIL = "{{1337*1337}}${1337*1337}#(1337*1337)<%=1337*1337%>{0.__class__}%(x)s"
"""Written in five languages of templates; each of them would make `SUM` of it."""

SOURCES = sorted([*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workers").rglob("*.py")])
TEMPLATES = sorted((PROJECT / "frontend/templates").rglob("*"))


@cache
def trees() -> list[tuple[str, ast.AST]]:
    return [(str(file.relative_to(PROJECT)), ast.parse(file.read_text(encoding="utf-8"))) for file in SOURCES]


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    return [
        (f"{place}:{node.lineno}", ast.unparse(node.func), node)
        for place, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


async def test_a_template_that_somebody_typed_is_shown_as_it_was_typed(app: Litestar, office: Office) -> None:
    """On pages, in letters, in documents."""
    async with office.scope():
        await db.execute("update client set name = $1, legal_name = $1", f"PT {EVIL}")
    await office.owner.post("/settings", {"name": EVIL, "colour": ""})
    await office.manager.post(
        "/team/invite", {"name": EVIL, "email": "a@example.test", "role": "worker", "language": "en"}
    )
    run_id = await stories.calculated_run(office, hire=1, department=EVIL)
    async with office.scope():
        await db.execute("update employee set name = $1", EVIL)
        letters = [await get_letter(record["id"]) for record in await db.records("select id from mail")]
    run_id = await published(office, run_id)

    pages = [await office.owner.get(path) for path in ("/settings", "/clients", "/people", f"/payroll/{run_id}")]
    async with office.scope():
        keys = [record["key"] for record in await db.records("select key from document where media_type ~ 'pdf'")]
    papers = "".join([words(await tools().storage.get(key)) for key in keys])
    written = "".join(str(compose(letter)) + compose(letter).subject for letter in letters)

    assert letters
    assert keys
    assert all("1337*1337" in part for part in (pages[0].text, pages[1].text, pages[2].text, papers, written))
    assert SUM not in "".join(page.text for page in pages) + papers + written


async def published(office: Office, run_id: Any) -> Any:
    await stories.review(office, run_id)
    async with office.scope():
        figures = await db.value("select figures_hash from pay_run where id = $1", run_id)
    await office.approver.post(f"/portal/approvals/{run_id}/approve", {"figures_hash": figures})
    await stories.publish(office, run_id)
    return run_id


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


COMPILES = ("eval", "exec", "compile", "__import__", "from_string", "pickle.loads", "marshal.loads", "yaml.load")


def test_nothing_that_somebody_typed_is_compiled_or_brought_to_life() -> None:
    found = [
        f"{place} {name}"
        for place, name, _ in calls()
        if name in COMPILES or name.endswith((".from_string", "Environment"))
    ]

    # The one engine reads templates from their folder.
    assert [each.split(":")[0] for each in found] == ["src/tatausaha/core/web/templating.py"]


# Names of ours that have no sentence: an action of the log, a kind of job, a sentence that is one already.
OWN_WORDS = {
    "src/tatausaha/core/i18n.py",
    "src/tatausaha/core/outbox.py",
    "src/tatausaha/core/audit_words.py",
    "src/tatausaha/identity/unusual.py",
    "src/tatausaha/identity/api.py",
    "src/tatausaha/billing/queries/requests.py",
}


def test_sentences_are_written_by_us_and_what_people_type_goes_into_their_holes() -> None:
    """`str.format` on somebody's text would read the attributes of our objects."""
    found = [
        place
        for place, name, node in calls()
        if name in ("text", "Text") and node.args and not isinstance(node.args[0], ast.Constant)
    ]

    assert {place.partition(":")[0] for place in found} <= OWN_WORDS


def test_pages_escape_everything_and_nothing_typed_is_marked_as_safe() -> None:
    marked = [
        f"{file.relative_to(PROJECT)}: {line.strip()}"
        for file in TEMPLATES
        if file.suffix in (".html", ".svg", ".txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"\|\s*safe\b|autoescape\s+false", line)
    ]
    made = [place for place, name, _ in calls() if name.endswith("Markup") and "/demo/" not in place]

    assert tools_escape()
    assert marked == []
    assert {place.partition(":")[0] for place in made} <= {
        "src/tatausaha/core/web/templating.py",
        "src/tatausaha/reports/charts.py",
    }


def tools_escape() -> bool:
    from tatausaha.core.web.templating import make_engine  # noqa: PLC0415

    return make_engine(PROJECT / "frontend").engine.autoescape is True


def test_queries_are_not_put_together_from_what_people_type() -> None:
    """An f-string may hold names of ours; a value goes by its number."""
    found = [
        f"{place} {ast.unparse(hole.value)}"
        for place, name, node in calls()
        if name.startswith("db.") and node.args
        for part in ast.walk(node)
        if isinstance(part, ast.JoinedStr)
        for hole in part.values
        if isinstance(hole, ast.FormattedValue)
        and re.search(r"request|params\[|typed|values\[|form\.", ast.unparse(hole))
    ]

    assert found == []


def test_only_one_module_parses_xml_and_only_what_was_looked_through() -> None:
    readers = {
        place for place, tree in trees() if re.search(r"ElementTree|minidom|lxml|expat|\bsax\b", ast.unparse(tree))
    }
    workbooks = {
        place for place, tree in trees() if "python_calamine" in ast.unparse(tree) or "openpyxl" in ast.unparse(tree)
    }

    assert readers == {"src/tatausaha/core/imports/package.py"}
    assert {place for place in workbooks if "/demo/" not in place} == {"src/tatausaha/core/imports/workbook_child.py"}


FOREIGN = ("tenant_id", "client_id", "role", "state", "id", "archived_at", "password_hash", "__class__")


def form_structs() -> dict[str, type[msgspec.Struct]]:
    """Every struct that a form is parsed into, found where `parse` is called."""
    found: dict[str, type[msgspec.Struct]] = {}
    for place, function, node in calls():
        if function in ("parse", "forms.parse") and len(node.args) == 2:
            name, module = ast.unparse(node.args[0]), place.partition(".py")[0].removeprefix("src/").replace("/", ".")
            kind = vars(importlib.import_module(module)).get(name)
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                found[f"{module}.{name}"] = kind
    return found


def test_every_form_refuses_every_field_that_it_does_not_have() -> None:
    forms = form_structs()

    assert len(forms) >= 10
    for kind in forms.values():
        for name in set(FOREIGN) - {field.encode_name for field in msgspec.structs.fields(kind)}:
            with pytest.raises(Invalid) as refused:
                parse(kind, {name: "x"})
            assert "unknown field" in refused.value.message.msgid


def body_structs(app: Litestar) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """Every struct that a body is read into by the framework, with the structs inside of it."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            annotation = handler.fn.__annotations__.get("data")
            for kind in structs_in(annotation):
                yield f"{route.path} {kind.__name__}", kind


def structs_in(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
        for field in msgspec.structs.fields(annotation):
            yield from structs_in(field.type)
    elif get_origin(annotation) is not None:
        for part in get_args(annotation):
            yield from structs_in(part)


def test_every_body_of_the_api_refuses_every_field_that_it_does_not_have(app: Litestar) -> None:
    lax = [place for place, kind in body_structs(app) if not kind.__struct_config__.forbid_unknown_fields]

    assert lax == []


async def test_a_host_that_the_browser_names_has_no_say(app: Litestar, office: Office) -> None:
    """In no page, no address to go to, no letter: links are made of the address in the settings."""
    own = await furnish(office, office.client_id)
    said = {"host": "evil.test", "x-forwarded-host": "evil.test", "forwarded": "host=evil.test", "x-original-url": "/x"}
    for case in cases(app):
        for role in sorted(case.roles & set(ROLES))[:1]:
            if case.method == "GET" and own.keys() >= set(case.names) and not case.path.endswith("/events"):
                answer = await office.people[role].get(case.address(own), headers=said)
                assert "evil.test" not in answer.text + str(answer.headers), case.path
    invited = {
        "name": "Budi",
        "email": "a@example.test",
        "role": "worker",
        "language": "id",
        "_csrf": office.manager.csrf,
    }
    await office.manager.http.post("/team/invite", data=invited, headers=said)
    async with visitor(app) as stranger:
        for path in ("/forgotten", "/sign-in"):
            asked = await stranger.post(path, data={"email": office.worker.email, "password": "x"}, headers=said)
            assert "evil.test" not in asked.text + str(asked.headers)
    async with office.scope():
        letters = [await get_letter(record["id"]) for record in await db.records("select id from mail")]

    assert letters
    assert not any("evil.test" in str(compose(letter)) for letter in letters)
    assert "http://testserver/" in str(compose(letters[0]))


def test_secrets_are_not_made_by_dice() -> None:
    dice = [place for place, tree in trees() if re.search(r"\b(import random|from random)\b", ast.unparse(tree))]

    assert [place for place in dice if "/demo/" not in place] == []
