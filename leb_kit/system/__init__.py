"""The energy system of a territory: what turns what into what, and the flow scheme of a balance.

``structure``  plants by type and fuel, read from the rows of a balance
``nodes``      nodes of the flow scheme as data; ``own_scheme`` joins a user's
``links``      arrows of the flow scheme; every node closes
``arrows``, ``end_uses``  how they are made: five columns, and on to seven
``model``      EnergySystem: propagate demands to primary supply, and back to a Balance
``calibrate``  from a Balance to an EnergySystem that reproduces it
``detail``     what one product feeds, and what happens inside one node
``mirror``     two schemes with the same few nodes, opposite each other
``grouping``, ``tracing``, ``ordering``  arrows summed, followed and set in order, for diagrams
"""

from leb_kit.system.calibrate import calibrate
from leb_kit.system.detail import NodeDetail, detail, path
from leb_kit.system.end_uses import collapsed
from leb_kit.system.links import links, links_table
from leb_kit.system.mirror import mirrored_links
from leb_kit.system.model import EnergySystem
from leb_kit.system.nodes import OwnScheme, Scheme, product_groups, read_scheme, view_column

__all__ = [
    "EnergySystem",
    "NodeDetail",
    "OwnScheme",
    "Scheme",
    "calibrate",
    "collapsed",
    "detail",
    "links",
    "links_table",
    "mirrored_links",
    "path",
    "product_groups",
    "read_scheme",
    "view_column",
]
