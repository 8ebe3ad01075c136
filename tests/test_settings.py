from pathlib import Path

import pytest

from tatausaha.settings import PROJECT, VARIABLES, Settings, SettingsError, load

OURS = {
    "TATA_DATABASE_URL": "postgresql://tata_app@db/tatausaha",
    "TATA_REDIS_URL": "redis://redis:6379/0",
    "TATA_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "TATA_KEYS_URL": "file:///srv/keys.json",
}


def test_without_variables_everything_is_embedded_beside_the_project() -> None:
    found = load({"PATH": "/bin"})
    assert found.embedded
    assert (found.home, found.port, found.base_url) == (PROJECT / ".tata", 8000, "http://127.0.0.1:8000")
    assert found.storage_url == f"file://{PROJECT}/.tata/files"


def test_the_project_is_found() -> None:
    assert (PROJECT / "pyproject.toml").is_file()


def test_urls_choose_servers_of_yours() -> None:
    found = load({**OURS, "TATA_BASE_URL": "https://tata.example/", "TATA_PORT": "9000", "TATA_HOME": "/srv/tata"})
    assert not found.embedded
    assert found.secure
    assert (found.base_url, found.port, found.home) == ("https://tata.example", 9000, Path("/srv/tata"))


def test_what_tests_tell_each_other_is_no_setting() -> None:
    assert load({"TATA_TEST_SOCKET": "/tmp/x"}) == load({})


def test_the_address_follows_the_port() -> None:
    assert load({"TATA_PORT": "8080"}).base_url == "http://127.0.0.1:8080"


def test_an_empty_variable_counts_as_unset() -> None:
    assert load({"TATA_DATABASE_URL": " ", "TATA_PORT": ""}).embedded


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({**OURS, "TATA_DATABASE_URL": "mysql://db/x"}, "TATA_DATABASE_URL must be a URL like postgresql://… or"),
        ({**OURS, "TATA_REDIS_URL": "localhost:6379"}, "TATA_REDIS_URL must be a URL like redis://…"),
        ({**OURS, "TATA_DATABASE_URL": "postgresql://db:x/t"}, "TATA_DATABASE_URL is not a URL: Port could not"),
        ({"TATA_STORAGE_URL": "/var/files"}, "TATA_STORAGE_URL must be a URL like file://… or s3://…"),
        ({"TATA_SECRET_KEY": "short"}, "TATA_SECRET_KEY has 5 characters; it needs 32 or more"),
        ({"TATA_PORT": "80a"}, "TATA_PORT is '80a'; it must be a whole number from 1 to 65535."),
        ({"TATA_PORT": "70000"}, "TATA_PORT is '70000'; it must be a whole number from 1 to 65535."),
        ({"TATA_WORKERS": "0"}, "TATA_WORKERS is '0'; it must be a whole number from 1 to 64."),
        ({"TATA_DATABSE_URL": "x"}, "TATA_DATABSE_URL is not a setting. The settings are TATA_BASE_URL,"),
    ],
)
def test_a_wrong_value_is_answered_with_a_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(given)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("forgotten", OURS)
def test_a_forgotten_variable_never_mixes_embedded_and_own_servers(forgotten: str) -> None:
    given = {name: value for name, value in OURS.items() if name != forgotten}
    with pytest.raises(SettingsError, match=f"{forgotten} is not"):
        load(given)


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    documented = {variable.name.removeprefix("TATA_").lower() for variable in VARIABLES}
    assert documented == set(Settings.__struct_fields__)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    found = load({**OURS, "TATA_SECRET_KEY": "", "TATA_SECRET_KEY_FILE": str(file)})

    assert found.secret_key == "0123456789abcdef0123456789abcdef"
    with pytest.raises(SettingsError, match="are both set"):
        load({**OURS, "TATA_SECRET_KEY_FILE": str(file)})
    with pytest.raises(SettingsError, match="TATA_SECRET_KEY_FILE names /nowhere, which cannot be read"):
        load({"TATA_SECRET_KEY_FILE": "/nowhere"})
    with pytest.raises(SettingsError, match="TATA_SECRT_FILE is not a setting"):
        load({"TATA_SECRT_FILE": str(file)})
