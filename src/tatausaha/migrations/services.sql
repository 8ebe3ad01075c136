-- What a client has bought of the house: its portal and the navigation show no more than that.
alter table client add column services text[] not null default '{people,payroll}'
  check (services <@ '{people,payroll,stock,purchasing,sales}' and cardinality(services) > 0);
