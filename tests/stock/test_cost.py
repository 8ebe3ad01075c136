"""Cost of goods: whatever happens, in whatever order, no rupiah appears or is lost."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tatausaha.stock.rules.cost import Layer, Pool

PUT = st.tuples(st.just("put"), st.integers(1, 5_000), st.integers(0, 100_000))
BACK = st.tuples(st.just("back"), st.integers(1, 5_000), st.just(0))
TAKE = st.tuples(st.just("take"), st.integers(1, 9_000), st.just(0))
REVALUE = st.tuples(st.just("revalue"), st.just(0), st.integers(-50_000, 50_000))
STEPS = st.lists(st.one_of(PUT, TAKE, BACK, REVALUE), max_size=40)


@settings(max_examples=150)
@given(STEPS, st.booleans())
@example([("take", 3, 0), ("put", 1, 100), ("put", 5, 7), ("take", 3, 0)], True)
def test_cost_is_conserved_to_the_rupiah_in_any_order_of_things(steps: list[tuple[str, int, int]], fifo: bool) -> None:
    pool = Pool(fifo=fifo, layers=[])
    quantity = value = 0
    for step, amount, worth in steps:
        if step == "take":
            quantity, value = quantity - amount, value - pool.take(amount)
        elif step == "revalue":
            if pool.quantity > 0 and pool.value + worth >= 0:
                pool.revalue(worth)
                value += worth
        else:
            paid = worth if step == "put" else pool.worth(amount)
            quantity, value = quantity + amount, value + paid + pool.put(amount, paid)
        _holds(pool, quantity, value)


def _holds(pool: Pool, quantity: int, value: int) -> None:
    lying = pool.layers[pool.first :]
    assert (pool.quantity, pool.value) == (quantity, value)
    assert (sum(one.quantity for one in lying), sum(one.value for one in lying)) == (quantity, value)
    assert quantity or not value, "nothing lies there, and yet it is worth something"
    assert all(one.value >= 0 < one.quantity for one in lying) if quantity > 0 else value <= 0
    assert all((one.quantity, one.value) == (0, 0) for one in pool.layers[: pool.first])
    assert pool.fifo or len(lying) <= 1


def _pool(*layers: tuple[int, int], fifo: bool) -> Pool:
    pool = Pool(fifo=fifo, layers=[])
    for quantity, value in layers:
        pool.put(quantity, value)
    return pool


def test_the_oldest_goes_out_first_or_all_at_the_average() -> None:
    bought: Any = ((10_000, 100_000), (10_000, 130_000))
    assert _pool(*bought, fifo=True).take(15_000) == 100_000 + 65_000
    assert _pool(*bought, fifo=False).take(15_000) == 172_500


def test_thirds_of_a_rupiah_go_with_the_last_piece() -> None:
    pool = _pool((3_000, 100), fifo=False)
    assert [pool.take(1_000) for _ in range(3)] == [33, 34, 33]


def test_what_was_sold_before_it_came_is_revalued_when_it_comes() -> None:
    pool = _pool((2_000, 200), fifo=False)
    assert pool.take(5_000) == 500, "the three that were not there, at what the two cost"
    assert (pool.quantity, pool.value) == (-3_000, -300)
    assert pool.put(10_000, 1_200) == -60, "the three cost 120 each, not 100"
    assert (pool.quantity, pool.value) == (7_000, 840)


def test_what_comes_back_comes_at_the_cost_of_what_lies_there_or_lay_there_last() -> None:
    pool = _pool((2_000, 200), (2_000, 400), fifo=False)
    assert pool.worth(1_000) == 150
    pool.take(4_000)
    assert pool.worth(1_000) == 150
    assert Pool(fifo=True, layers=[Layer(-2_000, -500)]).worth(1_000) == 250
