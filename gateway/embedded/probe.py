"""Does a server behind a Unix socket answer? Asked in a few bytes of its protocol, with no client library."""

import socket
import struct
from pathlib import Path
from typing import Final

SECONDS: Final = 5.0
PROTOCOL_3_0: Final = 3 << 16
TERMINATE: Final = b"X\0\0\0\4"


def postgres_answers(path: Path) -> bool:
    """Whether it lets sessions in, with no password. While it starts, recovers or stops it says an error."""
    parameters = b"user\0postgres\0database\0postgres\0\0"
    startup = struct.pack("!II", 8 + len(parameters), PROTOCOL_3_0) + parameters
    return _answer(path, startup, TERMINATE).startswith(b"R")  # AuthenticationOk


def valkey_answers(path: Path) -> bool:
    """Whether it replies to a PING; a bare connection would also be taken while it loads its file."""
    return _answer(path, b"PING\r\n").startswith(b"+PONG")


def _answer(path: Path, question: bytes, farewell: bytes = b"") -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(SECONDS)
        try:
            client.connect(str(path))
            client.sendall(question)
            answer = client.recv(4096)
            client.sendall(farewell)
        except OSError:
            return b""
    return answer
