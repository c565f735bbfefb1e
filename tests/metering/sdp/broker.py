"""A real broker for tests: mosquitto, with passwords and a list of who may read what."""

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

USERS = {"leb": "stand-in-password", "bridge": "bridge-password", "stranger": "stranger-password"}
ACL = """
user leb
topic write input/leb
topic read output/leb/#
user bridge
topic readwrite #
user stranger
topic read output/other/#
"""
ROUNDS = 1000


def program() -> str:
    """Path of mosquitto."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        message = "No mosquitto found: apt-get install mosquitto."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class Broker:
    """One broker on a free port; ``stop`` and ``start`` keep port and sessions."""

    def __init__(self, folder: Path, *, rules: str = ACL) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._write(rules)
        self.start()

    def _write(self, rules: str) -> None:
        (self.folder / "acl").write_text(rules)
        (self.folder / "passwords").write_text("")
        lines = ["per_listener_settings false", f"listener {self.port} 127.0.0.1", "allow_anonymous false"]
        lines += ["user root", "persistence true", f"persistence_location {self.folder}/"]
        lines += [f"password_file {self.folder}/passwords", f"acl_file {self.folder}/acl"]
        (self.folder / "conf").write_text("\n".join(lines) + "\n")
        self.passwords(USERS)

    def passwords(self, users: dict[str, str]) -> None:
        """Set the passwords; they hold from the next start."""
        lines = []
        for user, password in users.items():
            salt = os.urandom(12)
            digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
            packed = (base64.b64encode(part).decode() for part in (salt, digest))
            lines.append(f"{user}:$7${ROUNDS}${'$'.join(packed)}")
        file = self.folder / "passwords"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [program(), "-c", str(self.folder / "conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("mosquitto does not start")

    def stop(self) -> None:
        """Stop."""
        self.process.terminate()
        self.process.wait(60)


class StrictBroker(Broker):
    """A broker that says no to a subscription, as the platform may: mosquitto's dynamic security."""

    def _write(self, rules: str) -> None:
        found = [
            path
            for root in ("/usr/lib", "/usr/local/lib")
            for path in Path(root).rglob("mosquitto_dynamic_security.so")
        ]
        assert found, "mosquitto comes without its dynamic security"
        salt = b"twelve-bytes"
        digest = hashlib.pbkdf2_hmac("sha512", USERS["leb"].encode(), salt, ROUNDS)
        secret = {"password": base64.b64encode(digest).decode(), "salt": base64.b64encode(salt).decode()}
        allowed = {"acltype": "subscribeLiteral", "topic": rules, "allow": True}
        kept = {
            "defaultACLAccess": dict.fromkeys(("publishClientSend", "subscribe"), False)
            | dict.fromkeys(("publishClientReceive", "unsubscribe"), True),
            "clients": [
                {"username": "leb", **secret, "iterations": ROUNDS, "roles": [{"rolename": "reader"}]}
            ],
            "roles": [{"rolename": "reader", "acls": [allowed]}],
        }
        (self.folder / "security.json").write_text(json.dumps(kept))
        lines = [
            "user root",
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous false",
            f"plugin {found[0]}",
        ]
        lines += [f"plugin_opt_config_file {self.folder}/security.json"]
        (self.folder / "conf").write_text("\n".join(lines) + "\n")
