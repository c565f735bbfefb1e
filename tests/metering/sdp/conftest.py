"""Connections that tests open are closed when they end."""

import pytest

from tests.metering.sdp import world


@pytest.fixture(autouse=True)
def _closed():
    yield
    while world.OPEN:
        world.OPEN.pop().close()
