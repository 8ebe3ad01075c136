"""Letters of invoices go to a real mail server, as those of orders do."""

from tests.purchasing.conftest import inbox

__all__ = ["inbox"]
