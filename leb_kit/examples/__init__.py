"""Real territories inside the wheel: the City of Torino 2019 and Italy 2019.

>>> import leb_kit as leb
>>> leb.examples.torino().title()
'Torino 2019'
"""

from leb_kit.examples.italy import italy
from leb_kit.examples.torino import torino
from leb_kit.examples.torino_covenant import torino_detail

__all__ = ["italy", "torino", "torino_detail"]
