"""Why an attempt had no answer, in words that tell where to look."""

import socket
import ssl

import httpcore2


def reason_of(error: Exception) -> str:
    """Return the words for what the network, the receiver or the URL did wrong."""
    match error:
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return "The host name could not be looked up: the name server did not answer."
        case socket.gaierror():
            return "The host name was not found."
        case httpcore2.RemoteProtocolError():
            return "The connection was closed without an answer, or the answer is no HTTP."
        case httpcore2.ConnectError() | OSError():
            return _unconnected(error)
        case httpcore2.NetworkError():
            return "The connection broke off before the answer."
        case ValueError() | httpcore2.ProtocolError():
            return "The URL cannot be called; set another."
    return type(error).__name__


def _unconnected(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):  # which comes wrapped
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The host's certificate does not hold: {cause.verify_message}."
    if cause is not None:
        return "No TLS connection could be made; the port may be one for unencrypted HTTP."
    return "No connection could be made; nobody may listen at this host and port."
