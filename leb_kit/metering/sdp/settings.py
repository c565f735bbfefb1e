"""Where the platform is and who asks. Secrets come from the environment or a keyring, never from a file."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from leb_kit.errors import InputError, say

BASE_URL = "https://api.smartdatanet.it"
STREAM_HOST = "stream.smartdatanet.it"
#: Name under which a keyring holds the secrets.
SERVICE = "leb_kit.sdp"
#: Names of this machine: what is sent there does not leave it.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Largest answer that is read, in bytes after unpacking.
MOST_BYTES = 2**25
#: Requests a second to a platform that is not ours.
RATE = 2.0
#: Port of MQTT inside TLS.
MQTT_TLS = 8883
#: Environment variable of each setting.
VARIABLES: dict[str, str] = {
    "base_url": "LEB_SDP_URL",
    "token_url": "LEB_SDP_TOKEN_URL",
    "tenant": "LEB_SDP_TENANT",
    "mqtt_host": "LEB_SDP_MQTT_HOST",
    "mqtt_port": "LEB_SDP_MQTT_PORT",
    "rate": "LEB_SDP_RATE",
}
SECRETS: dict[str, str] = {
    "key": "LEB_SDP_KEY",
    "secret": "LEB_SDP_SECRET",
    "token": "LEB_SDP_TOKEN",
    "password": "LEB_SDP_PASSWORD",
}


@dataclass(frozen=True)
class SdpSettings:
    """Address, tenant, secrets and manners of a client.

    Parameters
    ----------
    base_url : str
        Address of the platform, https.
    token_url : str
        Where tokens are had; blank: ``{base_url}/api/token``.
    tenant : str
        Tenant whose data are written; also its user name.
    key, secret : str
        Consumer key and secret that buy a token; never shown.
    token : str
        A token that was had elsewhere, instead of key and secret; never shown.
    password : str
        Password of the tenant, for writes and MQTT; never shown.
    mqtt_host, mqtt_port, mqtt_tls : str, int, bool
        Broker of the live tail; without TLS only on this machine.
    rate : float, optional
        Requests a second at most; 2 if not given, as many as it takes on this machine.
    timeout_s : float
        Seconds to wait for an answer.
    retries : int
        Tries after the first where the gateway is down.
    backoff_s : float
        Seconds before the second try; doubled each time.
    most_bytes : int
        Largest answer that is read, unpacked.
    plain_http : bool
        Whether secrets may be sent without TLS to another machine. Leave it False.

    Examples
    --------
    >>> SdpSettings(tenant="leb", key="k", secret="s")
    SdpSettings(base_url='https://api.smartdatanet.it', tenant='leb')
    """

    base_url: str = BASE_URL
    token_url: str = ""
    tenant: str = ""
    key: str = ""
    secret: str = ""
    token: str = ""
    password: str = ""
    mqtt_host: str = STREAM_HOST
    mqtt_port: int = MQTT_TLS
    mqtt_tls: bool = True
    rate: float | None = None
    timeout_s: float = 30
    retries: int = 4
    backoff_s: float = 0.5
    most_bytes: int = MOST_BYTES
    plain_http: bool = False
    extra_secrets: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for name, address in (("base_url", self.base_url), ("token_url", self.token_address)):
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise InputError(
                    "SDP", [say("{name}: '{found}' is no web address", name=name, found=address)]
                )
            if parts.username or parts.password:
                raise InputError("SDP", [say("{name}: an address must not hold a password", name=name)])

    def __repr__(self) -> str:
        return f"SdpSettings(base_url={self.base_url!r}, tenant={self.tenant!r})"

    @property
    def token_address(self) -> str:
        """Where tokens are had."""
        return self.token_url or f"{self.base_url.rstrip('/')}/api/token"

    @property
    def pace(self) -> float:
        """Requests a second at most."""
        local = urlsplit(self.base_url).hostname in LOOPBACK
        return self.rate or (float("inf") if local else RATE)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be shown."""
        return tuple(filter(None, (self.secret, self.token, self.password, *self.extra_secrets)))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Self:
        """Take settings from ``LEB_SDP_…``, secrets from there or from a keyring; ``given`` wins.

        Parameters
        ----------
        environ : Mapping[str, str], optional
            Variables; those of the process if not given.
        **given : Any
            Settings that are known already; ``None`` means not given.

        Raises
        ------
        InputError
            A variable is no address, or no number where one is needed.

        Examples
        --------
        >>> SdpSettings.from_environment({"LEB_SDP_TENANT": "leb", "LEB_SDP_RATE": "1"}).rate
        1.0
        """
        variables = os.environ if environ is None else environ
        found: dict[str, Any] = {
            name: variables[variable] for name, variable in VARIABLES.items() if variables.get(variable)
        }
        for name, kind in (("rate", float), ("mqtt_port", int)):
            if name in found:
                found[name] = _number(VARIABLES[name], found[name], kind)
        for name, variable in SECRETS.items():
            if secret := variables.get(variable) or _from_keyring(variable):
                found[name] = secret
        return cls(**found | {name: value for name, value in given.items() if value is not None})


def _number(variable: str, text: str, kind: type[int | float]) -> float:
    try:
        return kind(text)
    except ValueError:
        raise InputError(
            "SDP", [say("{name}: '{found}' is not a number", name=variable, found=text)]
        ) from None


def _from_keyring(variable: str) -> str:
    """Ask the keyring of the machine, where the package ``keyring`` is installed."""
    if importlib.util.find_spec("keyring") is None:
        return ""
    keyring = importlib.import_module("keyring")
    return str(keyring.get_password(SERVICE, variable) or "")
