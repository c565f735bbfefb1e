"""LEB Future: measures and drivers turned into the balances of coming years.

``measures``    kinds of measures by name: ``leb.measures.heat_pumps(share=0.3)``
``scenario``    Scenario: measures and drivers from a base year on
``additions``   devices, blends and plants that measures bring into a system
``cases``       scenario-years laid out as arrays
``limits``      potentials, networks that would be overfed
``projection``  project, project_many: from a balance to balances
``costs``       what measures cost, what the territory pays for its energy
``effects``     what each measure does, and the abatement curve
``comparison``  compare: what changed from one balance to another, ranked and in words
``records``     a measure as a record of plain values, and back
``files``       scenarios as YAML files
"""

from leb_kit.scenarios.comparison import Comparison, compare
from leb_kit.scenarios.effects import MeasureEffects, abatement_curve, effects
from leb_kit.scenarios.files import read_scenario, write_scenario
from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.projection import Projection, project, project_many
from leb_kit.scenarios.scenario import Scenario

__all__ = [
    "Comparison",
    "Measure",
    "MeasureEffects",
    "Projection",
    "Scenario",
    "abatement_curve",
    "compare",
    "effects",
    "project",
    "project_many",
    "read_scenario",
    "write_scenario",
]
