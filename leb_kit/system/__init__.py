"""The energy system of a territory: what turns what into what, and the flow scheme of a balance.

``structure``  plants by type and fuel, read from the rows of a balance
``links``      arrows of the flow scheme; every node closes
``model``      EnergySystem: propagate demands to primary supply, and back to a Balance
``calibrate``  from a Balance to an EnergySystem that reproduces it
``detail``     what one product feeds, and what happens inside one node
``grouping``, ``tracing``  arrows summed and followed, for diagrams
"""

from leb_kit.system.calibrate import calibrate
from leb_kit.system.detail import NodeDetail, detail, path
from leb_kit.system.links import links
from leb_kit.system.model import EnergySystem

__all__ = ["EnergySystem", "NodeDetail", "calibrate", "detail", "links", "path"]
