"""LEB Future: measures and drivers turned into the balances of coming years.

``measures``    kinds of measures by name: ``leb.measures.heat_pumps(share=0.3)``
``scenario``    Scenario: measures and drivers from a base year on
``additions``   devices, blends and plants that measures bring into a system
``cases``       scenario-years laid out as arrays
``limits``      potentials, networks that would be overfed
``projection``  project, project_many: from a balance to balances
"""

from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.projection import Projection, project, project_many
from leb_kit.scenarios.scenario import Scenario

__all__ = ["Measure", "Projection", "Scenario", "project", "project_many"]
