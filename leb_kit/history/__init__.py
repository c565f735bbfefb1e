"""LEB Past: what happened, by how much, and why.

``series``         long tables of published figures, each with its edition (vintage) and source
``trends``         growth, index and shares; gaps stay gaps, a change of vintage is a break
``climate``        final energy as in a year of reference weather; never an input of targets
``decomposition``  LMDI-I: a change as the sum of activity, structure, intensity, mix, factor
``oil``            oil products delivered by province, in tonnes and as a balance
``grid``           emission factor of electricity and heat, year by year
``compliance``     all targets in every year, and how far each year is from the way there

Official targets are computed on what was used, never on climate-corrected energy: a
``CorrectedBalance`` is no ``Balance``, and every indicator refuses it.
"""

from leb_kit.history.climate import CorrectedBalance, climate_corrected, degree_days
from leb_kit.history.compliance import targets_over_time
from leb_kit.history.decomposition import Decomposition, decompose
from leb_kit.history.grid import grid_factors
from leb_kit.history.lmdi import lmdi
from leb_kit.history.oil import oil_balance, oil_by_month
from leb_kit.history.series import as_balance, shipped
from leb_kit.history.trends import trend

__all__ = [
    "CorrectedBalance",
    "Decomposition",
    "as_balance",
    "climate_corrected",
    "decompose",
    "degree_days",
    "grid_factors",
    "lmdi",
    "oil_balance",
    "oil_by_month",
    "shipped",
    "targets_over_time",
    "trend",
]
