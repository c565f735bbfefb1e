"""The accounting layer: territories, balances, aggregates and checks.

``model``       Territory and Balance, the one object everything starts from and ends in
``table``       how a user's table becomes a checked table of a Balance
``accounting``  leaves, aggregates and totals, by the identities of ``identities.csv``;
                ``leaf_weights`` goes through them backwards
``checks``      every identity, told as failing rows
``ben``         the layout of the Italian national balance, and why it differs from Eurostat's;
                ``ben_inverse`` reads such a table, ``ben_regional`` a regional one
``reconcile``   inconsistent statistics made consistent; ``equations`` states the identities,
                ``least_squares`` solves them
``headlines``   a whole balance of headline figures, filled in after another; ``draft`` holds it meanwhile
``hierarchy``   what lies in what, and sums of territories; ``sharing`` goes the other way by
                ``territory_keys``; ``comparison`` sets territories beside each other
"""

from leb_kit.balance.accounting import aggregate
from leb_kit.balance.ben import compare_ben, to_ben
from leb_kit.balance.ben_inverse import from_ben
from leb_kit.balance.ben_regional import RegionalBalance, read_ber
from leb_kit.balance.checks import CheckReport, check
from leb_kit.balance.comparison import compare_territories
from leb_kit.balance.headlines import complete
from leb_kit.balance.hierarchy import sum_territories
from leb_kit.balance.model import Balance, Territory
from leb_kit.balance.reconcile import ReconciliationResult, reconcile
from leb_kit.balance.sharing import downscale

__all__ = [
    "Balance",
    "CheckReport",
    "ReconciliationResult",
    "RegionalBalance",
    "Territory",
    "aggregate",
    "check",
    "compare_ben",
    "compare_territories",
    "complete",
    "downscale",
    "from_ben",
    "read_ber",
    "reconcile",
    "sum_territories",
    "to_ben",
]
