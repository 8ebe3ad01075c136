import json
import re
from pathlib import Path
from typing import Any

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
    assert {name.removesuffix("_FILE") for name in re.findall(r"\bTATA_\w+", file.read_text())} <= KNOWN


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
    told = {name for name, service in services.items() if "owner_database_url" in service.get("secrets", ())}
    assert given == told == {"migrate"}


def test_deployed_processes_are_commands_that_exist() -> None:
    services = yaml.safe_load((PROJECT / "infra/compose.yaml").read_text())["services"]
    used = {services[name]["command"][0] for name in ("web", "worker", "relay", "clock", "migrate")}
    assert used <= set(commands.commands)


COMPOSE = yaml.safe_load((PROJECT / "infra/compose.yaml").read_text())
OURS = ("web", "worker", "relay", "clock", "migrate", "keys")
KUBERNETES = [
    document
    for file in sorted((PROJECT / "infra/kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text())
]


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_gains_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    # These two come with a first process that changes its user by itself.
    assert name in ("postgres", "clamav") or (service["cap_drop"] == ["ALL"] and service["read_only"])
    assert set(service.get("cap_add", ())) <= {"NET_BIND_SERVICE", "CHOWN"}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_as_nobody_on_a_file_system_that_cannot_be_written(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["user"] == "10001:10001"
    assert "noexec" in service["tmpfs"][0]
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_secrets_are_files_and_stand_in_no_environment_or_command() -> None:
    for name, service in COMPOSE["services"].items():
        told = {**service.get("environment", {}), "command": service.get("command", "")}
        wrong = [
            key for key, value in told.items() if re.search(r"(?i)password=|:[^@/]+@|secret_key\b(?!$)", str(value))
        ]
        assert [key for key in wrong if not key.endswith("_FILE")] == [], name
        assert not any(key in told for key in ("TATA_SECRET_KEY", "TATA_DATABASE_URL", "POSTGRES_PASSWORD"))
    assert all("file" in secret for secret in COMPOSE["secrets"].values())


def test_only_the_proxy_and_the_mail_page_can_be_reached_and_only_few_reach_out() -> None:
    services = COMPOSE["services"]

    assert {name for name, service in services.items() if "ports" in service} == {"proxy", "mail"}
    assert COMPOSE["networks"]["inside"] == COMPOSE["networks"]["front"] == {"internal": True}
    assert {name for name, service in services.items() if "outside" in service.get("networks", ())} == {
        *("proxy", "worker", "mail", "clamav")
    }
    assert "inside" not in services["proxy"]["networks"]


def pods() -> list[dict[str, Any]]:
    return [each["spec"]["template"]["spec"] for each in KUBERNETES if each["kind"] in ("Deployment", "Job")]


def test_every_pod_runs_as_nobody_with_no_rights_and_within_limits() -> None:
    assert len(pods()) == 5
    for pod in pods():
        container = pod["containers"][0]
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


def test_the_network_lets_in_the_ingress_alone_and_never_out_to_the_metadata_of_the_cloud() -> None:
    policy = next(each for each in KUBERNETES if each["kind"] == "NetworkPolicy")["spec"]

    assert policy["podSelector"] == {}
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert len(policy["ingress"]) == 1
    assert policy["egress"][1]["to"][0]["ipBlock"]["except"] == ["169.254.0.0/16"]


def test_the_image_holds_no_secret_and_runs_as_nobody() -> None:
    lines = (PROJECT / "infra/Containerfile").read_text().splitlines()
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()

    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert not [line for line in lines if re.match(r"(ENV|ARG)\b.*(SECRET|PASSWORD|KEY|TOKEN)", line)]
    # Everything stays out of the image's context but what is named, so that no .env or secret is ever copied.
    assert ignored[0] == "*"
    assert {line for line in ignored if line.startswith("!")} == {
        *("!src", "!workers", "!frontend", "!infra/requirements", "!infra/Caddyfile")
    }


def test_the_proxy_has_limits_of_its_own() -> None:
    told = (PROJECT / "infra/Caddyfile").read_text()

    assert all(limit in told for limit in ("max_header_size", "read_header 10s", "read_body 60s", "max_size 26MB"))
    assert "Strict-Transport-Security" in told
