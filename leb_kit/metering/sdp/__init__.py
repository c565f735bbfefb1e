"""The regional Smart Data Platform (Yucca): search, read, publish; and a stand-in to rehearse with.

::

    transport ──► odata, catalog ──► sync, reconcile ──► ReadingSink
                     publication ──► publish ──► the platform ──► read_published
    MQTT ──────────► tail ─────────────────────────► ReadingSink, provisional

``settings``, ``transport``  where the platform is, tokens, tries, pace; ``verdict``, ``redact``
``wire``, ``query``          dates and numbers of the platform; questions encoded by hand
``odata``, ``catalog``       rows page by page, each checked; search
``source``, ``sync``         what is read of a dataset; only what is new, again and again
``reconcile``, ``csvdata``   counting months again; years at once, the first time
``tail``, ``events``         the live stream, a preview
``publication``, ``publish`` a balance as rows and back; nothing sent twice (``journal``)
``suggest``, ``probe``       a draft of a map of meters; what a platform really does
``standin``                  the platform on this machine, with faults; shares no code with the rest

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
