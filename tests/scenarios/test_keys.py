"""Workers are killed while the keys of a month are replaced."""

from functools import partial

from tatausaha.identity import keys
from tatausaha.payroll import queries
from tests.scenarios.house import open_house
from tests.scenarios.month import make_month

COUNT = "select count(*) from {} where get_byte(bank_account, 2) = {}"


async def test_killed_workers_leave_the_replacing_of_keys_to_the_next_and_no_figure_changes() -> None:
    async with open_house() as house:
        month = await make_month(house, 2_500)
        await month.begin(letters_too=0)
        before = await month.finish()
        async with month.scope():
            await keys.rotate()
        await house.ask("update job set run_at = now() where kind = $1", keys.RotateKeys.kind)
        await house.until(partial(house.ask, f"select ({COUNT.format('employee', 2)}) > 0"))
        for worker in ("worker-1", "worker-2"):
            house.signal(worker)
        assert await house.ask(COUNT.format("slip", 1)) > 0

        await house.let_leases_end()
        await house.until(
            partial(house.ask, "select done_at is not null from job where kind = $1", keys.RotateKeys.kind)
        )

        assert [await house.ask(COUNT.format(table, 1)) for table in ("employee", "slip")] == [0, 0]
        ended = await house.ask("select (state, attempt)::text from job where kind = $1", keys.RotateKeys.kind)
        async with month.scope():
            hashed = await queries.hash_figures(month.run_id)
        assert (ended, hashed) == ("(done,2)", before.run.figures_hash)
