"""Gives the past months their dates: who reviewed January did so in January, and its payslips say so."""

from collections.abc import Sequence

import asyncpg

from tatausaha.core.dates import Period
from tatausaha.core.db import connection_arguments

# When each step is taken: so long after the beginning of the month, by the client's clock.
_DUE = """
create temporary table due on commit drop as
  select r.tenant_id, r.id, m.action, (r.period + m.after) at time zone c.time_zone as at
  from pay_run r join client c on c.tenant_id = r.tenant_id and c.id = r.client_id, (values
    ('created', interval '19 days 9 hours'), ('calculated', interval '20 days 14 hours'),
    ('reviewed', interval '21 days 10 hours'), ('approved', interval '22 days 11 hours'),
    ('published', interval '24 days 15 hours'), ('closed', interval '27 days 16 hours')) as m (action, after)
  where r.kind = 'regular' and r.state = 'closed' and r.period = any($1::date[])
"""
_DATE = """
update pay_step s set created_at = d.at from due d
 where s.tenant_id = d.tenant_id and s.run_id = d.id and s.action = d.action;
update pay_run r set created_at = d.at from due d
 where r.tenant_id = d.tenant_id and r.id = d.id and d.action = 'created';
"""


async def date_past(superuser_url: str, months: Sequence[Period]) -> None:
    """Date the steps of closed months. Only the superuser of the embedded server can: the product itself cannot.

    The access log keeps its true times, or its chain would rightly say that somebody changed it.
    """
    connection = await asyncpg.connect(**connection_arguments(superuser_url))
    try:
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")  # a closed run refuses changes
            await connection.execute(_DUE, [month.first for month in months])
            await connection.execute(_DATE)
    finally:
        await connection.close()
