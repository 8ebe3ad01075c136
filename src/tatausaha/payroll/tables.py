"""A client's monthly payroll: runs, their steps, inputs and slips."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Date, Integer, SmallInt, Text
from piccolo.table import Table

from tatausaha.core.tables import DB, ClientOwned, Ref


class PayRun(ClientOwned, Table, db=DB, tablename="pay_run"):
    """One month of one client; or the correction of one person's slip in such a month."""

    period = Date(default=None)
    kind = Text(default="regular")
    corrects_id = UUID(null=True, default=None)
    employee_id = UUID(null=True, default=None)
    state = Text(default="draft")
    revision = Integer(default=0)
    job_id = UUID(null=True, default=None)
    figures_hash = Text()
    approved_hash = Text()
    slip_count = Integer(default=0)
    problem_count = Integer(default=0)
    totals = JSONB(default="{}")


class PayStep(ClientOwned, Table, db=DB, tablename="pay_step"):
    """Who took which step of a run, and what was said."""

    run_id = Ref()
    action = Text()
    revision = Integer(default=0)
    figures_hash = Text()
    comment = Text()
    actor_id = UUID(null=True, default=None)
    actor_name = Text()
    actor_role = Text()


class PayInput(ClientOwned, Table, db=DB, tablename="pay_input"):
    """What changes from month to month: overtime, bonus, THR, deductions, unpaid days."""

    run_id = Ref()
    employee_id = Ref()
    code = Text()
    name = Text()
    amount = BigInt(default=0)
    days = Integer(default=0)


class Slip(ClientOwned, Table, db=DB, tablename="slip"):
    """One person's pay of one month as calculated. Its lines lie in it: a slip is one document, written once."""

    run_id = Ref()
    employee_id = Ref()
    period = Date(default=None)
    version = SmallInt(default=1)
    superseded = Boolean(default=False)
    employee_number = Text()
    employee_name = Text()
    department = Text()
    position = Text()
    ptkp = Text()
    tax_method = Text()
    bank = Text()
    bank_account = Bytea(null=True, default=None)
    bank_account_index = Bytea(null=True, default=None)
    ter_category = Text()
    ter_rate = Integer(null=True, default=None)
    bpjs_wage = BigInt(default=None)
    cash_gross = BigInt(default=None)
    taxable_gross = BigInt(default=None)
    employee_bpjs = BigInt(default=None)
    employer_bpjs = BigInt(default=None)
    deductible = BigInt(default=None)
    irregular = BigInt(default=None)
    pph21 = BigInt(default=None)
    pph21_borne = BigInt(default=None)
    net_pay = BigInt(default=None)
    employer_cost = BigInt(default=None)
    lines = JSONB()
    detail = JSONB()


class PayProblem(ClientOwned, Table, db=DB, tablename="pay_problem"):
    """A person whose slip could not be calculated, and why."""

    run_id = Ref()
    employee_id = Ref()
    employee_name = Text()
    reason = JSONB()
