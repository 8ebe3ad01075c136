"""`python -m tests.stripe_double --port 8010 --webhook http://127.0.0.1:8000/billing/stripe`: the stand-in for the demo."""

import argparse
import signal
import threading

from tests.stripe_double.courier import Courier
from tests.stripe_double.double import KEY, SECRET, Double
from tests.stripe_double.serving import serving


def main() -> None:
    """Serve until ended. All that happened is forgotten then."""
    parser = argparse.ArgumentParser(prog="python -m tests.stripe_double", description="A stand-in for Stripe.")
    parser.add_argument("--port", type=int, default=8010, help="where it listens, on this machine alone")
    parser.add_argument("--webhook", required=True, help="the whole address that events are posted to")
    parser.add_argument("--secret", default=SECRET, help="what events are signed with")
    parser.add_argument("--key", default=KEY, help="the key that calls must bring")
    given = parser.parse_args()
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    with serving(Double(key=given.key, secret=given.secret), given.port) as double:
        print(f"A stand-in for Stripe answers at {double.url}. No money moves.", flush=True)
        Courier(double, given.webhook).run(stop)


if __name__ == "__main__":
    main()
