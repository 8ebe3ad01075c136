"""How the cost of a movement came about: everything before it is gone through again, and what it took is compared."""

from collections.abc import Sequence
from datetime import date

import msgspec

from tatausaha.core.money import Rupiah
from tatausaha.stock.rules.cost import Pool


class Step(msgspec.Struct, frozen=True, gc=False):
    """A movement as far as cost goes: signed thousandths and rupiah."""

    kind: str
    quantity: int
    value: Rupiah
    happened_on: date


class Used(msgspec.Struct, frozen=True):
    """What was taken of a layer, and what that layer was before."""

    received_on: date
    quantity: int
    value: Rupiah
    of_quantity: int
    of_value: Rupiah


class Explained(msgspec.Struct, frozen=True):
    """What lay there before; for what went out, the layers it came from and what was not there (`owed`).

    `same` is whether the same rules lead to the same cost: an item's method may have been another one then.
    """

    quantity: int
    value: Rupiah
    used: list[Used]
    owed: int
    owed_value: Rupiah
    same: bool


def explain(steps: Sequence[Step], *, fifo: bool) -> Explained:
    """Explain the last of the steps, given all that happened before it in the same place."""
    pool, last = _replay(steps[:-1], fifo=fifo), steps[-1]
    quantity, value = pool.quantity, pool.value
    lying = [(layer, layer.quantity, layer.value) for layer in pool.layers[pool.first :] if layer.quantity > 0]
    if last.quantity >= 0:
        return Explained(quantity, value, [], 0, 0, same=True)
    cost = pool.take(-last.quantity)
    used = [
        Used(layer.received_on, had - layer.quantity, worth - layer.value, had, worth)
        for layer, had, worth in ((layer, had, worth) for layer, had, worth in lying)
        if layer.quantity != had and layer.quantity >= 0
    ]
    owed = -last.quantity - sum(one.quantity for one in used)
    return Explained(quantity, value, used, owed, cost - sum(one.value for one in used), same=cost == -last.value)


def _replay(steps: Sequence[Step], *, fifo: bool) -> Pool:
    pool, due = Pool(fifo=fifo, layers=[]), 0
    for step in steps:
        if step.quantity > 0:
            due += pool.put(step.quantity, step.value, step.happened_on)
        elif step.quantity:
            pool.take(-step.quantity)
        elif due:  # the revaluation that filling a debt brought about is in the pool already
            due = 0
        elif pool.quantity > 0 and pool.value + step.value >= 0:
            pool.revalue(step.value)
    return pool
