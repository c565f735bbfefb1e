"""The accounting layer: territories, balances, aggregates and checks.

``model``       Territory and Balance, the one object everything starts from and ends in
``table``       how a user's table becomes a checked table of a Balance
``accounting``  leaves, aggregates and totals, by the identities of ``identities.csv``
``checks``      every identity, told as failing rows
"""

from leb_kit.balance.accounting import aggregate
from leb_kit.balance.checks import CheckReport, check
from leb_kit.balance.model import Balance, Territory

__all__ = ["Balance", "CheckReport", "Territory", "aggregate", "check"]
