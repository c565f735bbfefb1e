"""Real territories inside the wheel: Torino and Italy 2019, a mountain village, Province of Torino 2007.

Meters of Cambridge as well.

>>> import leb_kit as leb
>>> leb.examples.torino().title()
'Torino 2019'
"""

from leb_kit.examples.cambridge import cambridge, cambridge_degree_days, cambridge_unit_break
from leb_kit.examples.italy import italy
from leb_kit.examples.province_torino import province_torino, province_torino_headlines
from leb_kit.examples.torino import torino
from leb_kit.examples.torino_2030 import torino_2030
from leb_kit.examples.torino_actions import torino_2030_actions
from leb_kit.examples.torino_covenant import torino_detail
from leb_kit.examples.usseglio import usseglio

__all__ = [
    "cambridge",
    "cambridge_degree_days",
    "cambridge_unit_break",
    "italy",
    "province_torino",
    "province_torino_headlines",
    "torino",
    "torino_2030",
    "torino_2030_actions",
    "torino_detail",
    "usseglio",
]
