"""Everything the double remembers: objects by kind and id, what happened to them, and what time it is there."""

import json
import pickle
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from stripe._api_version import _ApiVersion

from tests.stripe_double.problems import no_such
from tests.stripe_double.shapes import shape

Object = dict[str, Any]
API_VERSION = _ApiVersion.CURRENT
EVENT_WORDS = {"subscription": "customer.subscription", "discount": "customer.discount"}
NOT_TOLD = {"updated"}  # changes with every change, and is no news


class State:
    """The account. One lock: the server's thread, the pages and a test may all act."""

    def __init__(self, url: str = "", now: int | None = None) -> None:
        self.lock = threading.RLock()
        self.url = url
        self.now = now or int(time.time())
        self.objects: dict[str, dict[str, Object]] = defaultdict(dict)
        self.events: list[Object] = []
        self.request: Object = {"id": None, "idempotency_key": None}
        # What Stripe knows of an object and does not show.
        self.behind: dict[str, Object] = defaultdict(dict)
        self.retry_days: tuple[int, ...] = (3, 5, 7)
        self.after_last_retry = "canceled"  # or "unpaid"
        self.on_event: Callable[[Object], None] = lambda event: None

    def remember(self) -> bytes:
        """All that happened, for a double that is started anew."""
        with self.lock:
            return pickle.dumps((self.now, self.objects, self.behind, self.events))

    def recall(self, kept: bytes) -> None:
        """Go on from what was remembered; the time since then is still to pass."""
        with self.lock:
            self.now, self.objects, self.behind, self.events = pickle.loads(kept)

    def make(self, kind: str, prefix: str, *, told: bool = True, id_: str = "", **fields: Any) -> Object:
        """A new object, and the event that says so."""
        made = shape(kind, id=id_ or f"{prefix}_{secrets.token_hex(9)}", **fields)
        self.objects[kind][made["id"]] = made
        if told:
            self.tell("created", made)
        return made

    def change(self, one: Object, **fields: Any) -> bool:
        """Give an object other values, and tell what they were before. True if anything was other."""
        before = {name: deepcopy(one[name]) for name, value in fields.items() if one[name] != value}
        one.update(fields)
        if before.keys() - NOT_TOLD:
            self.tell("updated", one, before)
        return bool(before)

    def tell(self, what: str, one: Object, before: Object | None = None) -> None:
        """An event about an object as it is now; a `what` with a dot is the whole name."""
        word = EVENT_WORDS.get(one["object"], one["object"])
        data: Object = {"object": deepcopy(one)} | ({} if before is None else {"previous_attributes": before})
        event = shape(
            "event",
            id=f"evt_{secrets.token_hex(12)}",
            api_version=API_VERSION,
            created=self.now,
            data=data,
            pending_webhooks=1,
            request=dict(self.request),
            type=what if "." in what else f"{word}.{what}",
        )
        self.events.append(event)
        self.on_event(event)

    def get(self, kind: str, id_: str, param: str = "id") -> Object:
        """The object of a kind and id. Raises Problem as Stripe does: 404 in the address, 400 in a parameter."""
        try:
            return self.objects[kind][id_]
        except KeyError:
            raise no_such(kind, id_, param) from None

    def find(self, id_: str) -> Object | None:
        return next((kept[id_] for kept in self.objects.values() if id_ in kept), None)

    def all(self, kind: str) -> list[Object]:
        """Every object of a kind, the newest first."""
        return list(reversed(self.objects[kind].values()))

    def title(self, price: Object) -> str:
        """What people read on invoices for a price: its product's name."""
        return str(self.objects["product"][price["product"]]["name"])

    def invoices_of(self, subscription: str) -> list[Object]:
        return [one for one in self.all("invoice") if subscription_of(one) == subscription]


def subscription_of(invoice: Object) -> str | None:
    parent = invoice["parent"]
    return str(parent["subscription_details"]["subscription"]) if parent else None


def written(one: Any) -> bytes:
    """JSON as it goes out; decimals are words there."""
    return json.dumps(one, default=str, ensure_ascii=False).encode()
