"""What programs send about employees, and what they are told; exact types, no unknown fields."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from tatausaha.people import forms

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S")]
Number = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^\S")]
Line = Annotated[str, Meta(max_length=200)]
Short = Annotated[str, Meta(max_length=40)]
Digits = Annotated[str, Meta(pattern="^[0-9]{16}$")]
Account = Annotated[str, Meta(pattern="^[0-9]{0,30}$")]
Amount = Annotated[int, Meta(ge=0, lt=10_000_000_000_000)]
Version = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class EmployeeItem(msgspec.Struct, frozen=True):
    """An employee as a line of a list."""

    id: UUID
    client_id: UUID
    number: str
    name: str
    department: str
    position: str
    joined_on: date
    ended_on: date | None


class EmployeeOut(msgspec.Struct, frozen=True, kw_only=True):
    """An employee; numbers that identify somebody by their last four digits. `version` guards changes."""

    id: UUID
    client_id: UUID
    version: int
    number: str
    name: str
    nik: str | None
    npwp: str | None
    email: str
    phone: str
    gender: str
    born_on: date | None
    address: str
    department: str
    position: str
    ptkp: str
    tax_method: str
    joined_on: date
    ended_on: date | None
    bank: str
    bank_account: str | None
    bank_holder: str


class NewEmployee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new employee with the first contract and pay, in whole rupiah per month."""

    client_id: UUID
    number: Number
    name: Name
    ptkp: forms.Ptkp
    joined_on: date
    basic: Amount
    fixed_allowance: Amount | None = None
    contract_kind: forms.ContractKind = "permanent"
    contract_ends_on: date | None = None
    nik: Digits | Literal[""] = ""
    npwp: Digits | Literal[""] = ""
    email: Line = ""
    phone: Short = ""
    gender: Literal["", "female", "male"] = ""
    born_on: date | None = None
    address: Line = ""
    department: Line = ""
    position: Line = ""
    tax_method: forms.TaxMethod = "gross"
    tax_annualised: bool = False
    bpjs_kesehatan: bool = True
    bpjs_jht: bool = True
    bpjs_jp: bool = True
    bpjs_jkm: bool = True
    jkk_class: forms.JkkClass | None = "I"
    bpjs_kesehatan_number: Short = ""
    bpjs_tk_number: Short = ""
    bpjs_wage: Amount | None = None
    bank: Line = ""
    bank_account: Account = ""
    bank_holder: Line = ""


class ContactChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write anew; fields left out stay. `version` is that of the employee as it was read."""

    version: Version
    email: Line | None = None
    phone: Short | None = None
    address: Line | None = None
    department: Line | None = None
    position: Line | None = None


class BankAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The account that pay goes to from the next run on."""

    bank: Annotated[str, Meta(min_length=1, max_length=100)]
    bank_account: Annotated[str, Meta(pattern="^[0-9]{5,30}$")]
    bank_holder: Annotated[str, Meta(min_length=1, max_length=100)]


class TaxStatus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tax is withheld by; without `npwp` the stored one stays."""

    ptkp: forms.Ptkp
    tax_method: forms.TaxMethod
    npwp: Digits | None = None


class Pay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount of whole rupiah per month from a day on, under the client's own name where it has one."""

    code: forms.ComponentCode
    amount: Amount
    starts_on: date
    name: Annotated[str, Meta(max_length=100)] = ""


class Reference(msgspec.Struct, frozen=True):
    """What was made."""

    id: UUID


class Asked(msgspec.Struct, frozen=True):
    """What was asked for: `waiting` until another person approves the changes; none of them when nothing differs."""

    changes: list[UUID]
    waiting: bool
