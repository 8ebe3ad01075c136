"""`python -m tests.stripe_double --port 8010 --webhook http://127.0.0.1:8000/billing/stripe`: the stand-in for the demo."""

import argparse
import signal
import threading
from pathlib import Path

from tests.stripe_double.courier import Courier
from tests.stripe_double.double import KEY, SECRET, Double
from tests.stripe_double.serving import serving


def main() -> None:
    """Serve until ended. What happened is kept in the file of `--memory`, or else forgotten then."""
    parser = argparse.ArgumentParser(prog="python -m tests.stripe_double", description="A stand-in for Stripe.")
    parser.add_argument("--port", type=int, default=8010, help="where it listens, on this machine alone")
    parser.add_argument("--webhook", required=True, help="the whole address that events are posted to")
    parser.add_argument("--secret", default=SECRET, help="what events are signed with")
    parser.add_argument("--key", default=KEY, help="the key that calls must bring")
    parser.add_argument("--memory", type=Path, help="a file of its own; the product was told of what stands there")
    given = parser.parse_args()
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    with serving(Double(key=given.key, secret=given.secret), given.port) as double:
        print(f"A stand-in for Stripe answers at {double.url}. No money moves.", flush=True)
        courier, memory = Courier(double, given.webhook), given.memory
        if memory is None:
            courier.run(stop)
            return
        if memory.exists():
            double.state.recall(memory.read_bytes())
            for event in double.pending():
                double.delivered(event)  # at the latest by the nightly comparison the product knows
        courier.run(stop, lambda: _keep(double, memory))
        _keep(double, memory)


def _keep(double: Double, memory: Path) -> None:
    draft = memory.with_suffix(".new")
    draft.write_bytes(double.state.remember())
    draft.replace(memory)


if __name__ == "__main__":
    main()
