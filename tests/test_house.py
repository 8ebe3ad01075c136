"""The house keeps its shape: the same word in five places, and a map that tells the truth."""

import ast
import re
from pathlib import Path

import pytest

from tatausaha.settings import PROJECT, VARIABLES

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SOURCES = sorted([*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workers").glob("*.py")])
# Mechanisms and tools, which have no pages of their own.
NOT_CAPABILITIES = {"core", "migrations", "local", "demo"}
CAPABILITIES = sorted(
    folder.name
    for folder in (PROJECT / "src/tatausaha").iterdir()
    if folder.is_dir() and (folder / "__init__.py").exists() and folder.name not in NOT_CAPABILITIES
)


@pytest.mark.parametrize("word", CAPABILITIES)
def test_a_capability_has_its_word_in_every_place(word: str) -> None:
    assert (PROJECT / "tests" / word).is_dir()
    assert (PROJECT / "frontend/templates" / word).is_dir()
    assert f"`{word}/`" in README, f"{word} has no line in the README's map"
    if any((PROJECT / "src/tatausaha" / word).glob("jobs*")) and word != "payroll":
        assert (PROJECT / "workers" / f"{word}.py").exists()


def test_the_map_names_nothing_that_is_gone() -> None:
    named = set(re.findall(r"^\| `([a-z_]+)/` \|", README, flags=re.MULTILINE))

    assert named >= set(CAPABILITIES)
    assert [word for word in named if not list(PROJECT.glob(f"**/{word}"))] == []


def test_the_readme_documents_every_setting() -> None:
    assert [variable.name for variable in VARIABLES if f"`{variable.name}`" not in README] == []


@pytest.mark.parametrize("word", CAPABILITIES)
def test_packages_load_nothing_by_themselves(word: str) -> None:
    assert (PROJECT / "src/tatausaha" / word / "__init__.py").read_text() == ""


def test_only_the_engine_opens_transactions_and_nothing_uses_batch() -> None:
    offenders = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("batch", "transaction", "atomic")
        and path.name != "db.py"
        and not {"migrations", "local", "demo"} & set(path.parts)
    ]

    assert offenders == []


def test_files_and_functions_keep_their_size() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    long_functions = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    in_long_files = sum(length for length in lengths.values() if length > 300)

    assert [str(path) for path, length in lengths.items() if length > 400] == []
    assert long_functions == []
    assert in_long_files * 10 <= sum(lengths.values())


def test_nothing_points_outside_the_project() -> None:
    telltale = re.compile(r"\.\./shared|(?<![\w.])/(?:work|root|home)/\w|://(?:registry|files|pypi|index)\.")
    texts = [
        path
        for path in _tracked()
        if path.suffix in {".py", ".md", ".txt", ".json", ".toml", ".html", ".yaml", ".sh", ".csv"}
    ]

    offenders = [
        str(path) for path in texts if path != Path(__file__) and telltale.search(path.read_text(encoding="utf-8"))
    ]

    assert offenders == []


def _tracked() -> list[Path]:
    skipped = {".venv", "node_modules", "dist", ".tata", ".git"}
    return [
        path for path in PROJECT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(PROJECT).parts)
    ]
