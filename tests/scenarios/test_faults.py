"""Whatever is killed while a month is calculated: every slip once, the same figures, every letter once."""

import signal
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tatausaha.core.outbox import enqueue, enqueue_all
from tatausaha.payroll import service
from tatausaha.purchasing.service import sending
from tests.scenarios.house import House, open_house
from tests.scenarios.month import PEOPLE, Month, Outcome, make_month
from tests.scenarios.orders import kill_workers_when_taken, release_orders
from tests.scenarios.trouble import Neighbour, Poison


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with open_house() as running:
        yield running


@pytest.fixture(scope="module")
async def month(house: House) -> Month:
    return await make_month(house)


@pytest.fixture(scope="module")
async def undisturbed(month: Month) -> Outcome:
    """What a month's calculation gives when nothing happens to it."""
    await month.begin()
    return await month.finish()


async def must_equal(undisturbed: Outcome, month: Month, outcome: Outcome) -> None:
    run, job = outcome.run, outcome.job
    assert (run.state, run.slip_count, run.problem_count) == ("calculated", PEOPLE, 0)
    assert await month.count_slips() == (PEOPLE, PEOPLE)
    assert (run.totals, run.figures_hash) == (undisturbed.run.totals, undisturbed.run.figures_hash)
    assert (job.state, job.done, job.total, job.failures) == ("done", PEOPLE, PEOPLE, 0)
    assert list(outcome.seen) == sorted(outcome.seen)
    assert outcome.seen[-1] == PEOPLE
    assert await month.letters_that_left_wrongly() == []


async def test_a_month_of_thousands_is_calculated_by_the_workers(month: Month, undisturbed: Outcome) -> None:
    assert undisturbed.run.totals.net_pay > 0
    assert undisturbed.attempts == 1
    await must_equal(undisturbed, month, undisturbed)
    assert await month.letters_nobody_is_sure_of() == 0


async def test_a_killed_worker_loses_nothing_and_its_chunks_are_tried_again(
    house: House, month: Month, undisturbed: Outcome
) -> None:
    await month.begin()
    await house.seize("worker-1")
    house.signal("worker-1")

    outcome = await month.finish()

    assert outcome.attempts == 2
    await must_equal(undisturbed, month, outcome)


async def test_a_relay_killed_twice_carries_every_job(house: House, month: Month, undisturbed: Outcome) -> None:
    house.signal("relay")
    await month.begin()
    await month.some_parts("queued", "sent", "running")
    await house.until_up("relay")
    house.signal("relay")

    outcome = await month.finish()

    await must_equal(undisturbed, month, outcome)
    assert await month.letters_nobody_is_sure_of() == 0


async def test_an_emptied_redis_loses_no_job(house: House, month: Month, undisturbed: Outcome) -> None:
    await month.begin()
    await month.some_parts("sent")
    await house.empty_redis()

    await must_equal(undisturbed, month, await month.finish())


async def test_a_redis_that_comes_back_with_nothing_loses_no_job(
    house: House, month: Month, undisturbed: Outcome
) -> None:
    await month.begin()
    await month.some_parts("sent", "running")
    house.kill_redis_and_its_data()

    await must_equal(undisturbed, month, await month.finish())


async def test_a_killed_database_comes_back_and_the_month_goes_on(
    house: House, month: Month, undisturbed: Outcome
) -> None:
    await month.begin()
    await month.some_parts("running")
    house.signal("postgres")

    await must_equal(undisturbed, month, await month.finish())


async def test_a_frozen_worker_does_not_hold_up_the_month_and_changes_nothing_when_it_thaws(
    house: House, month: Month, undisturbed: Outcome
) -> None:
    await house.until_up("worker-1")
    await month.begin()
    await house.seize("worker-1")
    said = len(house.log("worker-1"))
    try:
        await house.let_leases_end()
        outcome = await month.finish()
    finally:
        house.signal("worker-1", signal.SIGCONT)
    await house.until(partial(house.gave_up, "worker-1", said))

    assert outcome.attempts >= 2
    await must_equal(undisturbed, month, outcome)
    await must_equal(undisturbed, month, await month.finish())


async def test_a_month_cancelled_in_the_middle_is_complete_after_it_was_resumed(
    house: House, month: Month, undisturbed: Outcome
) -> None:
    house.signal("worker-2", signal.SIGSTOP)  # or it ends the month before anybody cancels it
    await month.begin()
    await house.seize("worker-1")
    async with month.scope():
        await service.cancel_calculation(month.run_id)
    for worker in ("worker-1", "worker-2"):
        house.signal(worker, signal.SIGCONT)
    cancelled = await month.finish()
    assert cancelled.job.state == "cancelled"
    assert cancelled.run.state == "calculating"

    async with month.scope():
        await service.resume_calculation(month.run_id)

    await must_equal(undisturbed, month, await month.finish())


async def test_a_job_that_kills_its_process_is_put_aside_and_its_neighbours_take_effect_once(
    house: House, month: Month
) -> None:
    async with month.scope():
        poison = await enqueue(Poison(), once_key="poison")
        await enqueue_all((Neighbour(), f"neighbour {number}", 1) for number in range(50))

    assert poison is not None
    await house.until(partial(house.parked, poison))

    assert await house.ask("select attempt from job where id = $1", poison) == Poison.max_attempts
    await house.until(house.nothing_is_open)
    passed = "select count(*) from audit_event where action = 'passed'"
    assert await house.ask(passed) == 50
    assert await house.ask(passed.replace("count(*)", "count(distinct object_id)")) == 50


async def test_orders_whose_workers_die_while_handing_over_are_never_lost_and_never_sent_twice_unasked(
    house: House,
) -> None:
    done = kill_workers_when_taken(house)
    orders = await release_orders(house, 6)
    await house.until(orders.settled)
    assert done()

    states, copies = await orders.states(), orders.copies()
    uncertain = [order_id for order_id, state in states.items() if state == "unconfirmed"]
    assert set(states.values()) == {"sent", "unconfirmed"}
    assert all(copies[order_id] == 1 for order_id, state in states.items() if state == "sent")
    assert all(copies[order_id] <= 1 for order_id in uncertain)

    async with orders.scope():
        for order_id in uncertain:
            await sending.send_again(order_id, 2, "Pemasok tidak menerimanya")
    await house.until(orders.settled)
    again = orders.copies()
    assert {order_id: again[order_id] - copies[order_id] for order_id in orders.ids} == {
        order_id: int(order_id in uncertain) for order_id in orders.ids
    }
