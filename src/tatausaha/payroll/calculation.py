"""Calculating a run: chunk by chunk in the workers, closed by the last chunk, the same path for five and for fifty thousand."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tatausaha.core import db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue_all
from tatausaha.payroll import facts, queries, release
from tatausaha.payroll.facts import PersonFacts, RunFacts
from tatausaha.payroll.jobs import CalculateChunk, CalculateRun
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Payslip
from tatausaha.payroll.rules.month import calculate

# A chunk is large enough to be stored in one go and small enough to share the work out and to show progress.
LEAST, MOST, CHUNKS = 100, 1000, 8
SLIP_COLUMNS = (
    *(
        "id",
        "client_id",
        "run_id",
        "employee_id",
        "period",
        "version",
        "superseded",
        "employee_number",
        "employee_name",
    ),
    *("department", "position", "ptkp", "tax_method", "bank", "bank_account", "ter_category", "ter_rate", "bpjs_wage"),
    *(
        "cash_gross",
        "taxable_gross",
        "employee_bpjs",
        "employer_bpjs",
        "deductible",
        "irregular",
        "pph21",
        "pph21_borne",
    ),
    *("net_pay", "employer_cost", "lines", "detail", "bank_account_index"),
)
PROBLEM_COLUMNS = ("id", "client_id", "run_id", "employee_id", "employee_name", "reason")
_encode = msgspec.json.Encoder().encode


async def fan_out(job: CalculateRun, claim: Claim) -> None:
    """First pass: one job per chunk of people. The last of them to end wakes the run's job again."""
    run = await queries.get_run(job.run_id)
    if run.revision != job.revision:
        return
    employee_ids = await facts.list_employed(run.client_id, run.period, run.employee_id)
    if not employee_ids:
        raise Conflict(text("Nobody is employed by this client in this month; there is nothing to calculate."))
    size = min(MOST, max(LEAST, -(-len(employee_ids) // CHUNKS)))
    chunks = [employee_ids[start : start + size] for start in range(0, len(employee_ids), size)]
    await enqueue_all(
        [
            (
                CalculateChunk(job.run_id, job.revision, tuple(chunk)),
                f"{job.run_id}:{job.revision}:{number}",
                len(chunk),
            )
            for number, chunk in enumerate(chunks)
        ],
        client_id=run.client_id,
        parent_id=claim.row.id,
        link=f"/payroll/{run.id}",
    )
    claim.wait_for_parts(len(employee_ids))


async def calculate_chunk(job: CalculateChunk, claim: Claim) -> None:
    """Calculate and store one chunk. Whoever cannot be calculated is named with the reason; the others go on."""
    revision = await db.value(
        "select revision from pay_run where id = $1 and state = 'calculating' for share", job.run_id
    )
    if revision != job.revision:
        return
    run = await facts.read_run(job.run_id)
    people = await facts.read_people(run, job.employee_ids)
    slips, problems = calculate_people(run, people)
    await db.bulk_insert("slip", SLIP_COLUMNS, slips)
    if problems:
        await db.bulk_insert("pay_problem", PROBLEM_COLUMNS, problems)
    claim.done, claim.failures = len(job.employee_ids), len(problems)


def calculate_people(run: RunFacts, people: Iterator[PersonFacts]) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """The rows of slips, and of those who could not be calculated."""
    slips: list[Sequence[Any]] = []
    problems: list[Sequence[Any]] = []
    for person in people:
        try:
            payslip = calculate(facts.month_input(run, person))
        except RuleError as error:
            problems.append(_problem_row(run, person.record, error.message))
        else:
            slips.append(_slip_row(run, person.record, payslip))
    return slips, problems


def _slip_row(run: RunFacts, person: Any, slip: Payslip) -> Sequence[Any]:
    return (
        *(uuid7(), run.client_id, run.run_id, person["id"], run.period.first, run.version, False),
        *(person["number"], person["name"], person["department"], person["position"], slip.ptkp, slip.method),
        *(person["bank"], person["bank_account"], slip.ter_category, slip.ter_rate, slip.bpjs_wage),
        *(slip.cash_gross, slip.taxable_gross, slip.employee_bpjs, slip.employer_bpjs, slip.deductible, slip.irregular),
        *(slip.pph21, slip.pph21_borne, slip.net_pay, slip.employer_cost, _encode(slip.lines)),
        _encode({"policy": slip.policy, "annual": slip.annual, "warnings": slip.warnings, "paid": _paid_share(slip)}),
        # Copied as it is sealed: a calculation opens nothing.
        person["bank_account_index"],
    )


def _paid_share(slip: Payslip) -> tuple[int, int] | None:
    """The paid days and the days of a full month, when only part of the month was paid."""
    return next(((line.part, line.whole) for line in slip.lines if line.kind == "basic" and line.whole), None)


def _problem_row(run: RunFacts, person: Any, reason: Text) -> Sequence[Any]:
    return (uuid7(), run.client_id, run.run_id, person["id"], person["name"], _encode(reason))


async def close_calculation(job: CalculateRun) -> None:
    """Last pass: count independently, sum from the rows, and seal the figures with their hash."""
    run = await queries.get_run(job.run_id)
    if run.revision != job.revision or run.state != "calculating":
        return
    expected = len(await facts.list_employed(run.client_id, run.period, run.employee_id))
    slips = await db.value("select count(*) from slip where run_id = $1", run.id)
    problems = await db.value("select count(*) from pay_problem where run_id = $1", run.id)
    if slips + problems != expected:
        raise Conflict(
            text(
                "{expected} people are employed, but {slips} slips and {problems} problems came out. Calculate again.",
                expected=expected,
                slips=slips,
                problems=problems,
            )
        )
    await db.execute(
        "update pay_run set state = 'calculated', slip_count = $2, problem_count = $3, totals = $4, figures_hash = $5,"
        " approved_hash = '' where id = $1",
        *(run.id, slips, problems, await queries.sum_slips(run.id), await queries.hash_figures(run.id)),
    )
    await release.ask(run.id)
