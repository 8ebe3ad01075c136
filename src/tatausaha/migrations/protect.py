"""SQL that every table needs and Piccolo cannot say: row security, forced, with one policy per scoped role."""

TENANT = "tenant_id = (select app_tenant())"
CLIENT = f"{TENANT} and client_id = any((select app_clients())::uuid[])"


def protect(table: str, *, tenant: str = "", client: str = "", gate: str = "", client_rule: str = CLIENT) -> str:
    """Force row security on `table` and grant each scoped role the named verbs on the rows it may see.

    The verbs are given as SQL lists ("select, insert"). `client_rule` is the row rule of `r_client`, for tables in
    which a client's row is not marked by a column `client_id` of its own.
    """
    statements = [f"alter table {table} enable row level security", f"alter table {table} force row level security"]
    for role, verbs, rule in (
        ("r_tenant", tenant, TENANT),
        ("r_client", client, client_rule),
        ("r_gate", gate, "true"),
    ):
        if verbs:
            statements += [
                f"grant {verbs} on {table} to {role}",
                f"create policy {table}_{role} on {table} to {role} using ({rule}) with check ({rule})",
            ]
    return ";\n".join(statements) + ";\n"
