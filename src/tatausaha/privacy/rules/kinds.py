"""The kinds of personal data there are: what for, on which basis of UU 27/2022 Pasal 20, kept how long, who receives them."""

import msgspec

from tatausaha.core.i18n import Text, text

CONTRACT = text("Performing the contract of work (Pasal 20 (2) b)")
LAW = text("Duty by law (Pasal 20 (2) c)")
INTEREST = text("Legitimate interest (Pasal 20 (2) f)")


class Kind(msgspec.Struct, frozen=True):
    """A kind of data. `specific` follows Pasal 4 (2): finance, health, family are specific personal data."""

    word: str
    label: Text
    purpose: Text
    basis: Text
    receivers: Text
    retention: str
    specific: bool = False


_OFFICE = text("The office's own staff for this client; the client's approvers and viewers")
_STAFF = text("The office's own staff for this client")
_ALL = (
    Kind(
        "identity",
        text("Name and person"),
        text("To know whom the contract, the pay and the tax are of"),
        CONTRACT,
        _OFFICE,
        "person",
    ),
    Kind(
        "identity_number",
        text("Identity numbers (NIK)"),
        text("Withholding tax, BPJS and telling people of one name apart"),
        LAW,
        text("The tax office and BPJS, in their files; the office's own staff, on reveal with a reason"),
        "person",
        specific=True,
    ),
    Kind(
        "contact",
        text("Contact"),
        text("To send the payslip and to reach the person"),
        CONTRACT,
        _STAFF,
        "person",
    ),
    Kind(
        "work",
        text("Contract and place of work"),
        text("To fulfil the contract of work"),
        CONTRACT,
        _OFFICE,
        "person",
    ),
    Kind(
        "tax",
        text("Tax number and tax status (family)"),
        text("PPh 21: withholding, reporting and the yearly slip"),
        LAW,
        text("The tax office; the office's own staff for this client"),
        "payroll",
        specific=True,
    ),
    Kind(
        "social_security",
        text("BPJS numbers and enrolment"),
        text("Contributions for health and employment insurance"),
        LAW,
        text("BPJS Kesehatan and BPJS Ketenagakerjaan; the office's own staff for this client"),
        "payroll",
        specific=True,
    ),
    Kind(
        "bank",
        text("Bank account"),
        text("To transfer the pay"),
        CONTRACT,
        text("The client's bank; the office's own staff, on reveal with a reason"),
        "payroll",
        specific=True,
    ),
    Kind(
        "pay",
        text("Pay"),
        text("To calculate, pay and account for wages"),
        CONTRACT,
        _OFFICE,
        "payroll",
        specific=True,
    ),
    Kind(
        "attendance",
        text("What changes each month: overtime, unpaid days, deductions"),
        text("To calculate the month's pay"),
        CONTRACT,
        _OFFICE,
        "payroll",
        specific=True,
    ),
    Kind(
        "document",
        text("Documents and spreadsheets"),
        text("Payslips and reports handed out; files that data came from"),
        CONTRACT,
        _OFFICE,
        "payroll",
        specific=True,
    ),
    Kind(
        "rights",
        text("Requests, holds and breaches"),
        text("To answer people's requests and to prove it"),
        LAW,
        text("The office's managers; the client's approver"),
        "rights",
    ),
    Kind(
        "trail",
        text("Who looked at or changed what"),
        text("Security, and the trail that Pasal 31 asks for"),
        LAW,
        text("The office's managers; the client; the person on request"),
        "trail",
    ),
    Kind(
        "account",
        text("Accounts of staff and of the clients' people"),
        text("To let the right people in, and nobody else"),
        INTEREST,
        text("The person; the office's managers"),
        "trail",
    ),
)
KINDS: dict[str, Kind] = {kind.word: kind for kind in _ALL}
CHOICES: list[tuple[str, Text]] = [(kind.word, kind.label) for kind in _ALL]
