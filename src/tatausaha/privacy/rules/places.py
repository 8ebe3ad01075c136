"""Where personal data are kept: every column of every table that is about a person, and what kind of data it is.

The record of processing, the copy for a person and the destruction are all written from this; a test compares it with the
database, so that a new column must be placed here before it can be merged.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Erase = Literal["delete", "blank", "keep"]

# What every row has, and what says nothing about the person it belongs to.
FRAME = frozenset({"tenant_id", "id", "created_at", "client_id", "version"})


class Place(msgspec.Struct, frozen=True):
    """A table about people: the column that names the person, and its columns by kind of data.

    `sealed` maps an encrypted column to its purpose. `frame` are columns that only hold the row together.
    """

    table: str
    person: str
    columns: Mapping[str, tuple[str, ...]]
    erase: Erase
    frame: tuple[str, ...] = ()
    sealed: Mapping[str, str] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.columns)

    @property
    def readable(self) -> list[str]:
        """The columns that a person's copy holds, in the order of the registry."""
        return [name for names in self.columns.values() for name in names]


EMPLOYEE = Place(
    "employee",
    "id",
    {
        "identity": ("number", "name", "gender", "born_on"),
        "identity_number": ("nik",),
        "contact": ("email", "phone", "address"),
        "work": ("department", "position", "joined_on", "ended_on", "end_reason"),
        "tax": ("npwp", "ptkp", "tax_method", "tax_annualised"),
        "social_security": (
            *("bpjs_kesehatan", "bpjs_jht", "bpjs_jp", "bpjs_jkm", "jkk_class"),
            *("bpjs_kesehatan_number", "bpjs_tk_number", "bpjs_wage"),
        ),
        "bank": ("bank", "bank_account", "bank_holder"),
        "rights": ("restricted_at", "restricted_reason"),
    },
    "delete",
    frame=("nik_index", "bank_account_index", "name_norm", "word2", "word3"),
    sealed={
        "nik": "nik",
        "npwp": "npwp",
        "bank_account": "bank_account",
        "bpjs_kesehatan_number": "bpjs_kesehatan",
        "bpjs_tk_number": "bpjs_tk",
    },
)
# Rows that point to others come before them: this is also the order of destruction.
PERSON: tuple[Place, ...] = (
    Place("contract", "employee_id", {"work": ("kind", "number", "starts_on", "ends_on", "position")}, "delete"),
    Place("pay_component", "employee_id", {"pay": ("code", "name", "amount", "starts_on", "ends_on")}, "delete"),
    Place(
        "tax_opening",
        "employee_id",
        {"tax": ("year", "kind", "months", "gross", "deductible", "net", "withheld")},
        "delete",
    ),
    Place("pay_input", "employee_id", {"attendance": ("code", "name", "amount", "days")}, "delete", frame=("run_id",)),
    Place("pay_problem", "employee_id", {"pay": ("employee_name", "reason")}, "delete", frame=("run_id",)),
    Place(
        "slip",
        "employee_id",
        {
            "identity": ("employee_number", "employee_name"),
            "work": ("department", "position"),
            "tax": ("ptkp", "tax_method", "ter_category", "ter_rate", "pph21", "pph21_borne", "taxable_gross"),
            "social_security": ("bpjs_wage", "employee_bpjs", "employer_bpjs"),
            "bank": ("bank", "bank_account"),
            "pay": (
                *("period", "cash_gross", "deductible", "irregular", "net_pay", "employer_cost"),
                *("lines", "detail"),
            ),
        },
        "delete",
        frame=("run_id", "version", "superseded", "bank_account_index"),
        sealed={"bank_account": "bank_account"},
    ),
    Place(
        "pay_run",
        "employee_id",
        {"pay": ("period", "kind", "state", "totals")},
        "delete",
        frame=("corrects_id", "revision", "job_id", "figures_hash", "approved_hash", "slip_count", "problem_count"),
    ),
    EMPLOYEE,
    Place(
        "privacy_request",
        "subject_id",
        {
            "rights": (
                *("kind", "channel", "received_at", "due_at", "wish", "asked_by", "subject_name"),
                *("identity_method", "identity_by", "identity_at"),
                *("state", "answer", "answered_by", "answered_at"),
            )
        },
        "blank",
        frame=("alarmed_at", "copy_key", "copy_size", "copy_sha256", "copy_until"),
    ),
    Place(
        "legal_hold",
        "subject_id",
        {"rights": ("subject_name", "reason", "placed_by", "released_at", "released_by")},
        "keep",
    ),
    Place(
        "destruction",
        "subject_id",
        {"rights": ("scope", "subject_name", "until", "reason", "state", "asked_by", "agreed_by", "agreed_at")},
        "blank",
        frame=("asked_id", "agreed_id", "done_at", "counts", "certificate_sha256"),
    ),
    Place(
        "change_request",
        "subject_id",
        {
            "trail": (
                "kind",
                "subject",
                "before",
                "after",
                "amount",
                "reason",
                "maker_name",
                "state",
                "decided_name",
                "decided_at",
                "comment",
            )
        },
        "blank",
        frame=("subject_ids", "fingerprint", "asks", "maker_id", "decided_by"),
        sealed={"before": "change", "after": "change"},
    ),
    Place(
        "audit_event",
        "subject_id",
        {"trail": ("actor_name", "actor_role", "address", "action", "object_kind", "count", "reason", "detail")},
        "keep",
        frame=("actor_id", "object_id"),
    ),
)
BY_TABLE = {place.table: place for place in PERSON}
# Files are found through rows about a payslip, a run or an import, and the spreadsheets hold many people at once.
FILES = {
    "document": "payslips and reports: by slip and by run",
    "import_file": "spreadsheets that people were imported from",
    "api_answer": "answers that a program was given once, for a day",
}
# People who enter the house; their data end with their rights, by the team's own pages.
ACCOUNTS = {
    "account": "address and password of somebody who enters",
    "member": "name and role of somebody who enters",
    "user_session": "where and when somebody is signed in",
    "invitation": "somebody who was asked to come",
    "attempt_window": "tries at a door, by address",
    "attempt_delay": "failed tries at a door, by address",
    "sign_in_step": "how far somebody is at the door",
    "totp": "second factor of somebody who enters, sealed",
    "recovery_code": "second factor of somebody who enters, hashed",
    "passkey": "second factor of somebody who enters",
    "passkey_challenge": "a passkey being made or asked for",
    "known_device": "a device that somebody has signed in from",
    "password_reset": "somebody who forgot a password",
    "email_change": "a new address that somebody has yet to confirm",
    "api_token": "a token of somebody who enters, hashed",
    "mail": "letters to people who enter; what they said is forgotten once they left",
}
# People at the companies that clients trade with: a name, a number, an address for business.
PARTNERS = {
    "customer": "whom to speak to at a company that buys on credit",
    "supplier": "whom to speak to at a company, and its account, sealed",
    "order_answer": "who answered an order for a company, and from where",
}
# Nothing about a person, or only the name of who acted in the office.
NOBODY = {
    "provider": "the office itself",
    "client": "a company",
    "pay_policy": "rules of a company",
    "assignment": "which staff serve which company",
    "job": "work of the machine, by id",
    "pay_step": "who took which step of a run",
    "migration": "the database's own history",
    "retention_rule": "rules of the office",
    "breach": "what happened, without names of those it happened to",
    "breach_client": "how many people of a company",
    "breach_note": "evidence",
    "sub_processor": "a company",
    "processor_consent": "a company's word",
    "change_policy": "whom the office or a company asks",
    "supplier_item": "goods of a company",
    "supplier_price": "prices of a company",
    "purchase_policy": "rules of a company",
    "purchase_request": "who asked for goods",
    "purchase_request_line": "goods",
    "purchase_order": "who ordered goods",
    "purchase_order_line": "goods",
    "purchase_order_revision": "goods, and who agreed to them",
    "number_pattern": "how a company numbers its documents",
    "number_series": "how far its numbers have come",
    "number_taken": "numbers of documents, and who gave one up",
    "order_mail_policy": "where answers to a company's orders go",
    "order_template": "what a company's orders say",
    "order_link": "links to orders, by id",
    "order_letter": "who sent which order",
    "receivable": "what a company owes",
    "customer_receipt": "what a company paid",
    "customer_receipt_line": "what a company paid",
    "till": "a machine",
    "till_layout": "how a till writes, and who said so",
    "till_item": "what a till calls goods, and who said so",
    "shift": "a drawer, and the cashier's name as the till writes it",
    "shift_method": "what a drawer took in",
    "sale_line": "goods that were sold",
    "sale_day": "goods that were sold",
    "place": "where goods lie",
    "item": "goods",
    "item_unit": "goods",
    "item_barcode": "goods",
    "stock_level": "goods",
    "stock_batch": "goods",
    "stock_layer": "what goods cost",
    "stock_movement": "goods, who moved them, and for which department",
    "stock_policy": "rules of a company",
    "stock_month": "who closed a month",
    "stock_month_value": "what goods were worth",
    "stock_count": "who began a count",
    "stock_count_line": "goods, and who counted them",
    "supply_request": "who asked for supplies, for which department",
    "supply_request_line": "goods",
    "payable_policy": "how strict a company is with bills",
    "goods_receipt": "goods, and who took them in",
    "goods_receipt_line": "goods",
    "supplier_return": "goods, and who sent them back",
    "supplier_return_line": "goods",
    "credit_note": "what a supplier gives back",
    "credit_use": "which bill it was set off against",
    "supplier_bill": "what a supplier asks, and who entered it",
    "supplier_bill_line": "goods and services",
    "supplier_payment": "what a company pays, and who proposed it",
    "supplier_payment_line": "which bill is paid, and the index of the account it is paid into",
    "entitlement": "what the office may begin",
    "billing_account": "whom the office's own subscription is billed to: a company",
    "subscription": "what the office pays for",
    "stripe_invoice": "what the office pays",
    "usage_day": "counts",
    "usage_period": "counts",
    "billing_difference": "counts and amounts",
    "billing_request": "what an owner asked the payment service for",
    "stripe_event": "what the payment service said of the office",
    "invoicing_profile": "the office itself",
    "price_list": "prices of a company",
    "price_line": "prices of a company",
    "work_time": "hours of the office's staff, at work for a company",
    "member_cost": "what an hour of the office's staff costs it",
    "client_invoice": "what a company owes",
    "client_invoice_line": "what a company owes",
    "billed_item": "work that was done for a company, and who waived it",
    "client_payment": "what a company paid",
    "data_key": "keys",
    "house_key": "keys",
    "audit_waiting": "places in the chain of the log",
    "audit_link": "the chain of the log",
    "log_policy": "how long the log is kept, and what a company sees of it",
    "log_share": "who may read which log",
    "unusual_access": "signs for the office about its staff",
}
