"""The lookup of known vulnerabilities never passes for one that did not happen."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tatausaha.settings import PROJECT

PROGRAM = PROJECT / "infra/audit.py"
CLEAN = {"name": "a", "version": "1", "vulns": []}
HOLE = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found"}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_of_dependencies", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_known_vulnerability_fails_and_names_what_mends_it(
    audit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.judge([CLEAN, HOLE]) == 1
    assert "b 2: PYSEC-1, mended in 2.1" in capsys.readouterr().out
    assert audit.judge([CLEAN, HOLE, SKIPPED]) == 1


def test_all_looked_up_and_none_known_passes(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.judge([CLEAN, CLEAN]) == 0
    assert "2 dependencies looked up: 0 known vulnerabilities." in capsys.readouterr().out


@pytest.mark.parametrize("found", [[], [CLEAN, SKIPPED], [SKIPPED]])
def test_what_was_not_looked_up_is_said_aloud_and_fails_a_release(
    audit: ModuleType,
    found: list[dict[str, object]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert audit.judge(found) == 0
    told = capsys.readouterr()
    monkeypatch.setenv("AUDIT", "required")

    assert audit.judge(found) == 1
    assert "NOT CHECKED" in told.err
    assert "0 known" not in told.out


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    file = tmp_path / "run.txt"
    file.write_text(f"msgspec==0.20.0 --hash=sha256:{'0' * 64}\n")
    away = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1", "AUDIT": "required"}
    done = subprocess.run(
        [sys.executable, PROGRAM, file], env=os.environ | away, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "NOT CHECKED for known vulnerabilities" in done.stderr
