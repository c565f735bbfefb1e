"""The regional Smart Data Platform (Yucca): search, read, publish; and a stand-in to rehearse with.

It speaks the interfaces as published in open source (v3.2.0, March 2021) and in the guidelines. It was tested
against the stand-in of this package, against an independent reader of OData and with real MQTT brokers, never
against the live platform.
"""

from leb_kit.metering.sdp.catalog import Item, detail, search
from leb_kit.metering.sdp.csvdata import backfill
from leb_kit.metering.sdp.failures import (
    BackendSuspect,
    BadReply,
    NotAllowed,
    OtherHost,
    PartialPage,
    Refused,
    SchemaChanged,
    SdpError,
    Uncertain,
    Unreachable,
)
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.publication import Publication, publication
from leb_kit.metering.sdp.publish import PublishReport, Target, publish, read_published
from leb_kit.metering.sdp.reconcile import MonthCheck, reconcile
from leb_kit.metering.sdp.settings import SdpSettings
from leb_kit.metering.sdp.source import Source
from leb_kit.metering.sdp.sync import SyncReport, sync
from leb_kit.metering.sdp.transport import Transport

__all__ = [
    "BackendSuspect",
    "BadReply",
    "Item",
    "MonthCheck",
    "NotAllowed",
    "OtherHost",
    "PartialPage",
    "Publication",
    "PublishReport",
    "Reader",
    "Refused",
    "SchemaChanged",
    "SdpError",
    "SdpSettings",
    "Source",
    "SyncReport",
    "Target",
    "Transport",
    "Uncertain",
    "Unreachable",
    "backfill",
    "detail",
    "publication",
    "publish",
    "read_published",
    "reconcile",
    "search",
    "sync",
]
