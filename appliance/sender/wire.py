"""One connection under one deadline and one limit, in the shape `http.client` asks of a socket."""

from __future__ import annotations

import io
import socket
import ssl
import time
from typing import Any

from appliance.sender.request import Destination


class TooLarge(Exception):
    """More bytes came back than this wire takes."""


class Wire:
    """A connection whose every step is bounded by the same deadline.

    Socket timeouts alone start anew with each packet: a peer that drips byte by byte would never trip them.

    Args:
        deadline_s: on the clock of `time.monotonic`.
        max_received_bytes: bytes taken from the peer, whatever they are for.

    Attributes:
        step: category of a failure now: ``refused`` while connecting, ``tls`` in the handshake, then ``reset``.
        sending: True once the first byte may have left.
    """

    def __init__(self, deadline_s: float, max_received_bytes: int) -> None:
        self._deadline_s = deadline_s
        self._left_bytes = max_received_bytes
        self._socket: socket.socket | None = None
        self.step = "refused"
        self.sending = False

    def connect(self, destination: Destination, context: ssl.SSLContext | None) -> None:
        """Connect to the first address that accepts; with a context, finish the TLS handshake.

        Raises:
            OSError: no address accepted, the handshake failed, or the deadline passed.
        """
        _, host, port = destination
        failure = OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            self._socket = socket.socket(family, kind, protocol)
            try:
                self._armed().connect(address)
                break
            except OSError as error:
                self._socket.close()
                failure = error
        else:
            raise failure
        if context is not None:
            self.step = "tls"
            # A TLS stream that ends without close_notify was cut; that must not look like an end.
            self._socket = context.wrap_socket(self._armed(), server_hostname=host,
                                               suppress_ragged_eofs=False)

    def sendall(self, data: bytes) -> None:
        """Send everything before the deadline.

        Raises:
            OSError: the connection broke or the deadline passed.
        """
        self.step, self.sending = "reset", True
        view = memoryview(data)
        while view:
            view = view[self._armed().send(view):]

    def makefile(self, *_: Any) -> io.BufferedReader:
        """The stream `http.client` reads the answer from."""
        return io.BufferedReader(_Incoming(self))

    def receive_into(self, buffer: Any) -> int:
        """Receive what is there, at least one byte; 0 at the end.

        Raises:
            OSError: the connection broke or the deadline passed.
            TooLarge: the limit is exceeded.
        """
        count = self._armed().recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise TooLarge
        return count

    def close(self) -> None:
        """Nothing: `http.client` closes its socket before it has read an answer that ends the connection."""

    def hang_up(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()

    def _armed(self) -> socket.socket:
        left_s = self._deadline_s - time.monotonic()
        if left_s <= 0 or self._socket is None:
            raise TimeoutError
        self._socket.settimeout(left_s)
        return self._socket


class _Incoming(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive_into(buffer)
