"""A stand-in for the platform, on this machine: the same interfaces, with faults to switch on.

Users rehearse the whole loop with it (``leb sdp standin``); tests hold the client against it. It imports
nothing of the client, and the client nothing of it.
"""

from leb_kit.metering.sdp.standin.faults import Faults
from leb_kit.metering.sdp.standin.server import StandIn
from leb_kit.metering.sdp.standin.settings import Settings
from leb_kit.metering.sdp.standin.store import BULK, STREAM, Component, Dataset, Row, Store

__all__ = ["BULK", "STREAM", "Component", "Dataset", "Faults", "Row", "Settings", "StandIn", "Store"]
