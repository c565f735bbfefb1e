"""How long 500 uncertain cells take."""

from leb_kit import Balance, examples
from leb_kit.balance.reconcile import reconcile


def test_reconciliation_of_500_cells(benchmark):
    """Promise: under 50 ms on a 2-core machine."""
    balance = Balance(examples.italy().leaves)
    assert len(balance.table) > 500
    reconcile(balance, sigma=0.05)  # reference tables are read once
    assert benchmark(reconcile, balance, sigma=0.05).degrees > 40
