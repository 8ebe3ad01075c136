"""Employees and what they were promised. Columns that the database itself derives for searching are left out."""

from piccolo.columns import BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from tatausaha.core.tables import DB, ClientOwned, Ref


class Employee(ClientOwned, Table, db=DB, tablename="employee"):
    """A person who works, or worked, for a client."""

    version = Integer(default=1)
    number = Text()
    name = Text()
    nik = Bytea(null=True, default=None)
    nik_index = Bytea(null=True, default=None)
    npwp = Bytea(null=True, default=None)
    email = Text()
    phone = Text()
    gender = Text()
    born_on = Date(null=True, default=None)
    address = Text()
    department = Text()
    position = Text()
    ptkp = Text()
    tax_method = Text(default="gross")
    joined_on = Date(default=None)
    ended_on = Date(null=True, default=None)
    end_reason = Text()
    restricted_at = Timestamptz(null=True, default=None)
    restricted_reason = Text()
    tax_annualised = Boolean(default=False)
    bpjs_kesehatan = Boolean(default=True)
    bpjs_jht = Boolean(default=True)
    bpjs_jp = Boolean(default=True)
    bpjs_jkm = Boolean(default=True)
    jkk_class = Text(null=True, default=None)
    bpjs_kesehatan_number = Bytea(null=True, default=None)
    bpjs_tk_number = Bytea(null=True, default=None)
    bpjs_wage = BigInt(null=True, default=None)
    bank = Text()
    bank_account = Bytea(null=True, default=None)
    bank_account_index = Bytea(null=True, default=None)
    bank_holder = Text()


class Contract(ClientOwned, Table, db=DB, tablename="contract"):
    """A contract of work; those of one person never overlap."""

    employee_id = Ref()
    kind = Text()
    number = Text()
    starts_on = Date(default=None)
    ends_on = Date(null=True, default=None)
    position = Text()


class PayComponent(ClientOwned, Table, db=DB, tablename="pay_component"):
    """An amount paid every month between two days."""

    employee_id = Ref()
    code = Text()
    name = Text()
    amount = BigInt(default=None)
    starts_on = Date(default=None)
    ends_on = Date(null=True, default=None)


class TaxOpening(ClientOwned, Table, db=DB, tablename="tax_opening"):
    """What was earned and withheld in a tax year before the first payslip here."""

    employee_id = Ref()
    year = Integer(default=None)
    kind = Text()
    months = Integer(default=0)
    gross = BigInt(default=0)
    deductible = BigInt(default=0)
    net = BigInt(default=0)
    withheld = BigInt(default=0)
