"""How long the identities of a whole national balance take."""

from leb_kit import check, examples


def test_identities_of_138_flows_and_62_products(benchmark):
    """Promise: under 50 ms on a 2-core machine."""
    balance = examples.italy()
    check(balance)  # reference tables are read once
    assert benchmark(check, balance).ok
