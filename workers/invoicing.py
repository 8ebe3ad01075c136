"""Invoices to clients: drafted, sent, reminded of."""
