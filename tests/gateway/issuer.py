"""An issuer of tokens: keys of each kind, and a real HTTP server that tells the public ones."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

KINDS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


class Issuer:
    """What it answers with can be changed; how often it was asked is counted."""

    def __init__(self) -> None:
        self.private: dict[str, Any] = {
            "RS256": rsa.generate_private_key(65_537, 2_048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }
        self.jwks: list[dict[str, Any]] = [self.public(name) for name in KINDS]
        self.status = 200
        self.padding = 0
        self.delay = 0.0
        self.asked = 0
        self.url = ""
        self._server: asyncio.Server | None = None

    def public(self, algorithm: str, kid: str | None = None) -> dict[str, Any]:
        """The public key for an algorithm, as a JWK."""
        told = KINDS[algorithm].to_jwk(self.private[algorithm].public_key(), as_dict=True)
        return {**told, "kid": kid or f"key of {algorithm}", "use": "sig"}

    def token(self, algorithm: str, kid: str | None = None, **claims: Any) -> str:
        """A token signed with the key for an algorithm."""
        whole = {"sub": "someone", "exp": datetime.now(UTC) + timedelta(minutes=5), "scope": "analytics:read", **claims}
        return jwt.encode(whole, self.private[algorithm], algorithm, {"kid": kid or f"key of {algorithm}"})

    async def open(self, port: int = 0) -> None:
        """Be there, on a port of its own unless one is named."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/keys"

    async def close(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        await asyncio.sleep(self.delay)
        body = json.dumps({"keys": self.jwks}).encode() + b" " * self.padding
        head = f"HTTP/1.1 {self.status} Told\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        writer.close()


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    """Give an issuer that is there."""
    issuer = Issuer()
    await issuer.open()
    try:
        yield issuer
    finally:
        await issuer.close()
