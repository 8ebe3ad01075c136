"""The published and constructed examples, and what is said about a file of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tatausaha.payroll.cases.check import Result, check_file, run_cases

PUBLIC = Path(__file__).parents[1] / "rules" / "cases_public.jsonl"
LINES = [json.loads(line) for line in PUBLIC.read_text(encoding="utf-8").splitlines()]


def outcome(case: dict[str, Any]) -> Result:
    (result,) = run_cases([json.dumps(case).encode()])
    return result


def named(name: str) -> dict[str, Any]:
    case = next(case for case in LINES if case["id"] == name)
    return dict(json.loads(json.dumps(case)))


def permanent(case: dict[str, Any]) -> bool:
    return case["kind"].startswith(("permanent", "gross", "payslip_month", "bpjs", "ter_"))


@pytest.mark.parametrize("case", [case for case in LINES if permanent(case)], ids=lambda case: case["id"])
def test_a_published_example_gives_the_published_result(case: dict[str, Any]) -> None:
    assert outcome(case) == Result(case["id"], case["kind"], "passed")


@pytest.mark.parametrize("case", [case for case in LINES if not permanent(case)], ids=lambda case: case["id"])
def test_a_kind_that_is_not_built_is_skipped_by_name(case: dict[str, Any]) -> None:
    assert outcome(case) == Result(case["id"], case["kind"], "skipped")


def test_one_rupiah_of_difference_is_reported_with_its_field() -> None:
    case = named("PP58-R")
    case["expected"]["monthly"][11]["pph21"] += 1
    assert outcome(case).differences == ("monthly[12].pph21: expected 515001, got 515000",)


def test_an_expected_figure_that_the_rules_do_not_know_is_a_failure() -> None:
    case = named("PP58-R")
    case["expected"]["annual"]["lucky_number"] = 7
    assert "annual.lucky_number: expected 7, but the rules compute no such figure" in outcome(case).differences


def test_an_exact_fraction_must_agree_exactly() -> None:
    case = named("KES-FLOOR")
    case["expected"]["kesehatan_employee_exact"] = 59388.86
    assert outcome(case).differences == ("kesehatan_employee_exact: expected 59388.86, got 59388.85",)


def test_an_endless_fraction_is_compared_as_far_as_it_is_printed() -> None:
    case = named("PMK168-B-I.2.1.2")
    case["inputs"]["months"].pop(0)
    case["inputs"]["months"][0]["components"]["zakat"] += 1
    found = "\n".join(outcome(case).differences)
    assert "neto_annualised" in found
    case = named("EXIT-SEP-TK0")
    case["inputs"]["months"] = case["inputs"]["months"][:7]
    case["inputs"]["months"][0]["components"]["salary"] += 1
    case["expected"] = {"annual": {"neto_annualised": "378000001.714285"}}
    assert outcome(case).outcome == "passed"
    case["expected"] = {"annual": {"neto_annualised": "378000001.714287"}}
    assert outcome(case).outcome == "failed"


def test_a_minimum_wage_with_sen_is_the_exact_base() -> None:
    case = named("KES-FLOOR")
    case["inputs"] |= {"wage": 3_000_000, "umk": 3_499_878.78}
    case["expected"] = {
        "base": 3_499_878.78,
        "kesehatan_employee_exact": 34_998.7878,
        "kesehatan_employee_floor": 34_998,
    }
    assert outcome(case).outcome == "passed"


def test_a_year_is_grossed_up_with_extra_cash_and_contributions() -> None:
    case = named("FY-GU-K1-9.5M")
    case["inputs"] |= {"extra_cash": [{"month": 3, "thr": 9_500_000}, [6, 1_000_000]], "bpjs": {"jkk_group": "II"}}
    case["expected"] = {"monthly": [{}, {}, {"cash_before_tax_allowance": 19_000_000}, *[{} for _ in range(9)]]}
    case["expected"]["monthly"][5] = {"cash_before_tax_allowance": 10_500_000}
    assert outcome(case).differences == ()


@pytest.mark.parametrize(
    "number", ["1e999999999", '"1e999999999"', '"NaN"', '"-Infinity"', '"ten"', "null", "true", "[1]"]
)
def test_an_absurd_figure_is_a_difference_and_no_crash(number: str) -> None:
    line = f'{{"id": "X", "kind": "ter_edges", "inputs": {{"pairs": [["A", 1]]}}, "expected": {{"rate_percent": [{number}]}}}}'
    (result,) = run_cases([line.encode()])
    assert result.outcome == "failed"
    line = f'{{"id": "X", "kind": "bpjs_month", "inputs": {{"wage": {number}}}, "expected": {{"jkm_employer": 1}}}}'
    (result,) = run_cases([line.encode()])
    assert result.outcome == "failed"


@pytest.mark.parametrize(("age", "due"), [(58, 100_000), (59, 0)])
def test_pension_ends_with_the_age_of_a_case(age: int, due: int) -> None:
    case = named("BPJS-JKK-I")
    case["inputs"]["age"] = age
    case["expected"] = {"jp_employee": due}
    assert outcome(case).differences == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not readable as JSON"),
        (b"[1]", "not a JSON object"),
        (b"\xff\xfe{}", "not readable as JSON"),
        (b"[" * 100_000, "not readable as JSON"),
        (b'{"id": "X", "kind": "bpjs_month", "inputs": [], "expected": {"a": 1}}', "inputs"),
        (b'{"id": "X", "kind": "bpjs_month", "inputs": {}, "expected": {}}', "nothing to compare"),
        (b'{"id": "X", "kind": "bpjs_month", "inputs": {"wage": NaN}, "expected": {"a": 1}}', "NaN is no number"),
    ],
)
def test_a_bad_line_is_named_by_its_number(line: bytes, said: str) -> None:
    (result,) = run_cases([b"\n", line])
    assert (result.name, result.outcome) == ("line 2", "failed")
    assert said in result.differences[0]


def broken(name: str, change: Callable[[dict[str, Any]], object]) -> Any:
    case = named(name)
    change(case["inputs"])
    return case


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (broken("BPJS-JKK-I", lambda i: i.pop("wage")), "inputs.wage is missing"),
        (broken("BPJS-JKK-I", lambda i: i.update(wage="ten")), "inputs.wage is not a whole number: ten"),
        (broken("BPJS-JKK-I", lambda i: i.update(wage=True)), "inputs.wage is not a whole number"),
        (broken("BPJS-JKK-I", lambda i: i.update(month=13)), "names no month"),
        (broken("BPJS-JKK-I", lambda i: i.update(jkk_group="VI")), "inputs.jkk_group is unknown: VI"),
        (broken("PP58-R", lambda i: i.update(ptkp="K/9")), "PTKP status “K/9” does not exist"),
        (broken("PP58-R", lambda i: i.update(months=[])), "inputs names no month worked"),
        (broken("PP58-R", lambda i: i.update(months=[7])), "inputs.months is not an object"),
        (broken("PP58-R", lambda i: i.update(tax_year=2019)), "The tables of the law begin in January 2024"),
        (broken("PP58-R", lambda i: i.update(method="free")), "inputs.method is unknown: free"),
        (broken("BPJS-JKK-I", lambda i: i.update(wage=-1)), "BPJS wage is negative"),
        (broken("BPJS-JKK-I", lambda i: i.update(age=9_000)), "no day of birth"),
        (broken("BPJS-JKK-I", lambda i: i.update(birth_date="31/02/1970")), "no day of birth"),
        (broken("FY-GU-K1-9.5M", lambda i: i.update(first_month=13)), "names no month worked"),
        (broken("TER-EDGES", lambda i: i.update(pairs=[[["A"], 1]])), "inputs.pairs holds no category and gross"),
        (broken("TER-EDGES", lambda i: i.update(pairs=[["D", 1]])), "inputs.pairs holds no category and gross"),
    ],
)
def test_inputs_that_cannot_be_read_are_told_as_a_sentence(case: dict[str, Any], said: str) -> None:
    result = outcome(case)
    assert result.outcome == "failed"
    assert said in result.differences[0]


def test_the_file_ends_with_its_totals(tmp_path: Path) -> None:
    wrong = named("GU-A")
    wrong["expected"]["net_pay"] = 1
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in (named("GU-B"), wrong, named("THR-8M"))), encoding="utf-8")
    written: list[str] = []
    assert not check_file(path, written.append)
    assert written == [
        "GU-A (gross_month) differs:",
        "  net_pay: expected 1, got 9800000",
        "skipped: thr (1), not built",
        "1 passed, 1 failed, 1 skipped",
    ]
