"""What people type about employees and their terms."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines

Ptkp = Literal["TK/0", "TK/1", "TK/2", "TK/3", "K/0", "K/1", "K/2", "K/3"]
TaxMethod = Literal["gross", "gross_up", "net"]
JkkClass = Literal["I", "II", "III", "IV", "V"]
ContractKind = Literal["permanent", "fixed_term"]
ComponentCode = Literal[
    "basic", "fixed_allowance", "allowance", "benefit", "reimbursement", "deduction", "pension", "zakat"
]

TAX_METHODS: dict[str, Text] = {
    "gross": text("Gross: the employee bears the tax"),
    "gross_up": text("Gross-up: an allowance covers the tax"),
    "net": text("Net: the employer bears the tax"),
}
GENDERS: dict[str, Text] = {"female": text("Female"), "male": text("Male")}
CONTRACT_KINDS: dict[str, Text] = {
    "permanent": text("Permanent (PKWTT)"),
    "fixed_term": text("Fixed term (PKWT)"),
}
COMPONENT_CODES: dict[str, Text] = {
    "basic": text("Basic salary"),
    "fixed_allowance": text("Fixed allowance"),
    "allowance": text("Allowance by attendance"),
    "benefit": text("Benefit in kind (natura)"),
    "reimbursement": text("Reimbursement"),
    "deduction": text("Deduction"),
    "pension": text("Pension contribution"),
    "zakat": text("Zakat"),
}
OPENING_KINDS: dict[str, Text] = {
    "previous_employer": text("Withholding slip of a previous employer (A1)"),
    "take_on": text("Months paid before Tatausaha, at this employer"),
}
END_REASONS: dict[str, Text] = {
    "resigned": text("Resigned"),
    "contract_ended": text("Contract ended"),
    "dismissed": text("Dismissed"),
    "retired": text("Retired"),
    "left_indonesia": text("Left Indonesia for good"),
    "died": text("Died"),
    "other": text("Other reason"),
}
TAX_ENDS = ("left_indonesia", "died")
"""Reasons by which the tax obligation itself ends, so that the year's income is annualised (PMK 168/2023 Ps. 15)."""


class EmployeeForm(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of an employee. An empty identity or account number keeps what is stored, a dash removes it."""

    version: str = "1"
    number: str
    name: str
    nik: str = ""
    npwp: str = ""
    email: str = ""
    phone: str = ""
    gender: Literal["", "female", "male"] = ""
    born_on: date | None = None
    address: Lines = ""
    department: str = ""
    position: str = ""
    ptkp: Ptkp
    tax_method: TaxMethod = "gross"
    tax_annualised: bool = False
    joined_on: date
    bpjs_kesehatan: bool = False
    bpjs_jht: bool = False
    bpjs_jp: bool = False
    bpjs_jkm: bool = False
    jkk_class: JkkClass | None = None
    bpjs_kesehatan_number: str = ""
    bpjs_tk_number: str = ""
    bpjs_wage: int | None = None
    bank: str = ""
    bank_account: str = ""
    bank_holder: str = ""


class ChangedEmployee(EmployeeForm, frozen=True, kw_only=True):
    """The facts of an employee who is known, and why what needs a second person changes."""

    reason: str = ""


class NewEmployee(EmployeeForm, frozen=True, kw_only=True):
    """An employee with the first contract and pay, so that the next month end already knows them."""

    client_id: str
    contract_kind: ContractKind = "permanent"
    contract_ends_on: date | None = None
    basic: int
    fixed_allowance: int | None = None


class EndForm(msgspec.Struct, frozen=True):
    """The last day at work and why."""

    ended_on: date
    reason: Literal["resigned", "contract_ended", "dismissed", "retired", "left_indonesia", "died", "other"]


class ContractForm(msgspec.Struct, frozen=True):
    """A contract's kind and days; a permanent one has no end."""

    kind: ContractKind
    starts_on: date
    ends_on: date | None = None
    number: str = ""
    position: str = ""


class ComponentForm(msgspec.Struct, frozen=True):
    """An amount per month from a day on, under the client's own name where it has one."""

    code: ComponentCode
    amount: int
    starts_on: date
    name: str = ""
    reason: str = ""


class EndComponent(msgspec.Struct, frozen=True):
    """The last day on which a component is paid."""

    ends_on: date
    reason: str = ""


class OpeningForm(msgspec.Struct, frozen=True):
    """What was earned and withheld earlier in the tax year."""

    year: str
    kind: Literal["previous_employer", "take_on"]
    months: str = "0"
    gross: int = 0
    deductible: int = 0
    net: int = 0
    withheld: int = 0
    reason: str = ""
