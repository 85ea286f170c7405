"""Real certificates for TLS on loopback: a right one, a tenant's, a foreign authority's and an expired one."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_CERTIFICATES = (("good", "ca", "IP:127.0.0.1", 2), ("tenant", "ca", "DNS:tenant", 2),
                 ("foreign", "other-ca", "IP:127.0.0.1", 2), ("expired", "ca", "IP:127.0.0.1", -1))
"""Name, authority, whom it is for, and for how many days from now."""


def issue(folder: Path) -> None:
    """Write two authorities and the certificates of `_CERTIFICATES` with their keys, by the openssl of the machine."""
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    for authority in ("ca", "other-ca"):
        openssl("req", "-x509", *_NEW_KEY, "-keyout", f"{authority}.key", "-out", f"{authority}.pem", "-subj",
                f"/CN={authority}", "-days", "2", "-addext", "keyUsage=critical,keyCertSign")
    for name, authority, subject, days in _CERTIFICATES:
        (folder / "extensions").write_text(f"subjectAltName={subject}\n")
        openssl("req", *_NEW_KEY, "-keyout", f"{name}.key", "-out", "request.pem", "-subj", "/CN=server")
        openssl("x509", "-req", "-in", "request.pem", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", str(days), "-extfile", "extensions")


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
    return context


def trusting(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=str(certificates / "ca.pem"))
    return context
