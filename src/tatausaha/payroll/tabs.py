"""What the tabs of a run's page show."""

from typing import Any
from uuid import UUID

from tatausaha.core.web.lists import cursor_of, read_cursor, split_page
from tatausaha.payroll import queries
from tatausaha.payroll.queries import RunView

TABS = ("overview", "slips", "differences", "inputs", "history")
SHOWN_DIFFERENCES = 200


async def read_tab(run: RunView, tab: str, query: dict[str, str]) -> dict[str, Any]:
    """The data of one tab. Needs the scope."""
    if tab == "slips":
        return await _slips(run, query)
    if tab == "differences":
        before = await queries.find_run_before(run)
        found = await queries.list_differences(run, before.id if before else None, limit=SHOWN_DIFFERENCES)
        return {"differences": found, "shown": SHOWN_DIFFERENCES}
    if tab == "inputs":
        return {"inputs": await queries.list_inputs(run.id)}
    if tab == "overview":
        problems = await queries.list_problems(run.id) if run.problem_count else []
        return {"problems": problems, "left_out": await queries.list_left_out(run)}
    return {}


async def _slips(run: RunView, query: dict[str, str]) -> dict[str, Any]:
    after = read_cursor(tuple[str, UUID], query.get("after"))
    found = await queries.page_run_slips(
        run.id,
        after=after[0] if after else "",
        after_id=after[1] if after else None,
        search=query.get("q", ""),
    )
    slips, more = split_page(found, queries.PAGE)
    return {
        "slips": slips,
        "path": f"/payroll/{run.id}",
        "next": cursor_of((slips[-1].employee_name, slips[-1].id)) if more else None,
    }
