"""Whatever is killed while a month is calculated: every slip once, the same figures, every letter once."""

import os
import signal
from collections.abc import AsyncIterator

import pytest

from tatausaha.payroll import service
from tests.scenarios.house import House, open_house
from tests.scenarios.month import PEOPLE, Month, Outcome, make_month


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
    await month.both_workers_are_busy()
    house.signal("worker-1")

    outcome = await month.finish()

    assert outcome.attempts == 2
    await must_equal(undisturbed, month, outcome)
