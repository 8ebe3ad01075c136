import json
import re
from pathlib import Path

import pytest
import yaml

from tatausaha.cli import commands
from tatausaha.settings import PROJECT, VARIABLES

KNOWN = {variable.name for variable in VARIABLES}
REQUIREMENTS = sorted((PROJECT / "infra/requirements").glob("*.txt"))
DEPLOYMENT = sorted(
    [*(PROJECT / "infra").rglob("*.yaml"), PROJECT / "infra/example.env", PROJECT / "infra/Containerfile"]
)


@pytest.mark.parametrize("file", DEPLOYMENT, ids=lambda file: file.name)
def test_deployment_sets_nothing_that_the_application_does_not_know(file: Path) -> None:
    assert set(re.findall(r"\bTATA_\w+", file.read_text())) <= KNOWN


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_pinned_requirements_have_hashes_and_name_no_index(file: Path) -> None:
    text = file.read_text()
    assert "://" not in text
    assert "--index" not in text
    pins = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_lock_of_the_front_end_names_no_registry() -> None:
    packages = json.loads((PROJECT / "frontend/package-lock.json").read_text())["packages"]
    assert len(packages) > 5
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_only_the_migration_gets_the_address_of_the_owner() -> None:
    services = yaml.safe_load((PROJECT / "infra/compose.yaml").read_text())["services"]
    given = {name for name, service in services.items() if "TATA_OWNER_DATABASE_URL" in str(service.get("environment"))}
    assert given == {"migrate"}


def test_deployed_processes_are_commands_that_exist() -> None:
    services = yaml.safe_load((PROJECT / "infra/compose.yaml").read_text())["services"]
    used = {services[name]["command"][0] for name in ("web", "worker", "relay", "clock", "migrate")}
    assert used <= set(commands.commands)
