import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tatausaha.local.servers import Servers, embedded

Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def eventually() -> Eventually:
    """Return as soon as the condition holds; fail when it does not within twenty seconds."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def servers(home: Path) -> Iterator[Servers]:
    """Servers of these tests' own, since they are killed here."""
    with embedded(home, durable=False) as running:
        yield running
