"""What goods cost that go out: oldest first (FIFO) or at the average, exact to the rupiah.

A pool is what lies of an item in a place, as layers of a quantity (thousandths) and its value (rupiah). FIFO keeps a layer
for each receipt; the average is a pool of one layer into which every receipt melts. The last part of a layer takes all
that is left of its value, so that nothing is ever lost to rounding: what came in = what went out + what lies there.

What goes out although it is not there is a debt: one layer below zero, at the cost last known. The next receipt fills it;
by how much the goods turned out dearer or cheaper than they were booked is a revaluation.
"""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core.money import Rupiah, round_ratio


class Layer(msgspec.Struct):
    """A quantity and its value; both are above zero, or (a debt) both at most zero."""

    quantity: int
    value: Rupiah
    received_on: date = date.min
    id: UUID | None = None


class Pool:
    """What lies of an item in a place. `last` is the cost last known, as value and quantity; nothing is known of (0, 1)."""

    __slots__ = ("fifo", "first", "last", "layers", "quantity", "value")

    def __init__(self, *, fifo: bool, layers: list[Layer], last: tuple[Rupiah, int] = (0, 1)) -> None:
        self.fifo = fifo
        self.layers = layers
        self.first = 0  # the oldest layer that is not used up
        self.last = last
        self.quantity = sum(layer.quantity for layer in layers)
        self.value = sum(layer.value for layer in layers)

    def worth(self, quantity: int) -> Rupiah:
        """What this much costs at present: on average of what lies here, or as last known."""
        if self.quantity == quantity:
            return self.value
        value, whole = (self.value, self.quantity) if self.quantity else self.last
        return round_ratio(abs(value) * quantity, abs(whole))

    def take(self, quantity: int) -> Rupiah:
        """Let goods go out, and give what they cost. What is not there is owed."""
        if self.first < len(self.layers):
            self.last = (abs(self.layers[-1].value), abs(self.layers[-1].quantity))
        cost, wanted = 0, quantity
        while wanted and self.first < len(self.layers) and self.layers[self.first].quantity > 0:
            layer = self.layers[self.first]
            part = min(wanted, layer.quantity)
            cost += _split(layer, part)
            wanted -= part
            if not layer.quantity:
                self.first += 1
        if wanted:
            owed = round_ratio(self.last[0] * wanted, self.last[1])
            self._add(Layer(-wanted, -owed))
            cost += owed
        self.quantity -= quantity
        self.value -= cost
        return cost

    def put(self, quantity: int, value: Rupiah, day: date = date.min) -> Rupiah:
        """Let goods come in; gives the revaluation that is due where they fill a debt, mostly 0."""
        incoming, revaluation = Layer(quantity, value, day), 0
        if self.quantity < 0:
            debt = self.layers[self.first]
            fills = min(quantity, -debt.quantity)
            revaluation = -_split(debt, -fills) - _split(incoming, fills)
            if not debt.quantity:
                self.first += 1
        if incoming.quantity:
            self._add(incoming)
        self.quantity += quantity
        self.value += value + revaluation
        return revaluation

    def revalue(self, difference: Rupiah) -> None:
        """Spread a difference over what lies here, by value. Raises ValueError where nothing lies, or too little."""
        whole, weight = self.value + difference, self.value or self.quantity
        if self.quantity <= 0 or whole < 0:
            raise ValueError("there is nothing that could bear this difference")
        by_value, self.value = bool(self.value), whole
        for layer in self.layers[self.first :]:
            part = layer.value if by_value else layer.quantity
            layer.value = round_ratio(whole * part, weight) if weight else 0
            whole -= layer.value
            weight -= part

    def _add(self, layer: Layer) -> None:
        """Behind the others, or into the last: where the average is kept, and where a debt grows."""
        if self.first < len(self.layers) and (not self.fifo or layer.quantity < 0):
            self.layers[-1].quantity += layer.quantity
            self.layers[-1].value += layer.value
        else:
            self.layers.append(layer)


def _split(layer: Layer, part: int) -> Rupiah:
    """Take a part out of a layer, or of a debt, with its share of the value; the last part takes all."""
    if part == layer.quantity:
        value = layer.value
    else:
        share = round_ratio(abs(layer.value * part), abs(layer.quantity))
        value = share if part > 0 else -share
    layer.quantity -= part
    layer.value -= value
    return value
