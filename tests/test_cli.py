import os
import subprocess
import sys
from pathlib import Path

import pytest


def tata(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, with no settings but those given."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TATA_")}
    command = [sys.executable, "-m", "tatausaha.cli", *map(str, arguments)]
    return subprocess.run(command, env={**plain, **variables}, capture_output=True, text=True, check=False, timeout=60)


def test_help_names_every_command() -> None:
    done = tata("--help")
    commands = {line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()}
    assert {"serve", "web", "worker", "relay", "clock", "migrate", "demo", "doctor", "payroll", "bench"} <= commands


@pytest.mark.parametrize("command", ["serve", "web", "worker", "migrate", "doctor"])
def test_a_wrong_setting_is_a_sentence_and_no_traceback(command: str) -> None:
    done = tata(command, TATA_WORKERS="many")
    assert done.returncode == 1
    assert done.stderr.strip() == "TATA_WORKERS is 'many'; it must be a whole number from 1 to 64."


@pytest.mark.parametrize("command", ["web", "worker", "relay", "clock", "migrate", "doctor"])
def test_a_process_without_servers_is_told_how_to_get_them(command: str, tmp_path: Path) -> None:
    done = tata(command, TATA_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("No servers run here. Start everything with `tata serve`")


def test_cases_that_are_no_cases_fail_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("not a case\n")
    done = tata("payroll", "cases", file)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_a_file_of_cases_that_is_not_there_is_named() -> None:
    done = tata("payroll", "cases", "/nowhere.jsonl")
    assert done.returncode == 2
    assert "'/nowhere.jsonl' does not exist" in done.stderr
