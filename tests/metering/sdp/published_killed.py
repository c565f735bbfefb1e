"""A publication in a process of its own, to be killed: address, key, secret, password, journal."""

import importlib
import sys

import leb_kit as leb
from leb_kit.metering.sdp import SdpSettings, Transport
from leb_kit.metering.sdp.journal import Journal
from leb_kit.metering.sdp.publication import publication

if __name__ == "__main__":
    url, key, secret, password, path = sys.argv[1:]
    module = importlib.import_module("leb_kit.metering.sdp.publish")
    module.CHUNK = 5
    given = SdpSettings(base_url=url, tenant="leb", key=key, secret=secret, password=password, rate=10_000)
    target = module.Target("leb", "LebFlussi_9001", "LebManifesto_9002")
    what = publication(leb.examples.torino(), licence="CC BY 4.0")
    with Transport(given) as transport:
        module.publish(
            transport, target, what, tenant="leb", journal=Journal(path), patience_s=1, poll_s=0.05
        )
