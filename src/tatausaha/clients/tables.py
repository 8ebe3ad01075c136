"""Client companies and their dated payroll settings."""

from piccolo.columns import JSONB, Array, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from tatausaha.core.tables import DB, ClientOwned, TenantOwned

BOUGHT_FIRST = ["people", "payroll"]


class Client(TenantOwned, Table, db=DB, tablename="client"):
    """A client company. Its id is the `client_id` of everything it owns."""

    version = Integer(default=1)
    name = Varchar(length=200)
    legal_name = Text()
    code = Varchar(length=10)
    npwp = Varchar(length=16, null=True, default=None)
    address = Text()
    time_zone = Text(default="Asia/Jakarta")
    wage_region = Text()
    brand_colour = Varchar(length=7, null=True, default=None)
    logo_key = Text(null=True, default=None)
    payslip_language = Text(default="id")
    payslip_password = Text(default="none")
    difference_percent = Integer(default=10)
    archived_at = Timestamptz(null=True, default=None)
    services = Array(base_column=Text(), default=BOUGHT_FIRST)


class PayPolicy(ClientOwned, Table, db=DB, tablename="pay_policy"):
    """How a client's payroll is reckoned from a day on, where the law leaves a choice."""

    effective_from = Date(default=None)
    proration = Text()
    settings = JSONB()
