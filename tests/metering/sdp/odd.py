"""A server of bad manners: it answers what a test tells it to, whole, slowly or not at all."""

import socket
import threading
import time

JSON = "application/json"


class Odd:
    """Answers each request with the next of ``answers``; the last one stays."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.requests.append(connection.recv(65536))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                try:
                    answer(connection)
                except OSError:
                    continue


def reply(status: int, body: bytes = b"", *, kind: str = JSON, **headers: str):
    """A whole answer."""

    def send(connection) -> None:
        lines = [
            f"HTTP/1.1 {status} -",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return send


def cut(connection) -> None:
    """Half an answer."""
    connection.sendall(b"HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\n{")


def drip(connection) -> None:
    """A byte now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 -\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.02)
