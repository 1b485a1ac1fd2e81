"""A certificate of the app registration, read from a PEM file with its private key."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from bot.identity import Certificate
from services.domain.errors import BadInput


def read_certificate(path: Path) -> Certificate:
    """Raises BadInput when the file cannot be read or holds no certificate with a key."""
    try:
        text = path.read_text(encoding="ascii")
        certificate = x509.load_pem_x509_certificate(text.encode())
    except (OSError, ValueError) as error:
        raise BadInput(what=f"The certificate {path} cannot be used: {error}.") from error
    if "PRIVATE KEY" not in text:
        raise BadInput(what=f"The certificate {path} has no private key beside it.")
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - Entra names certificates by SHA-1
    return Certificate(thumbprint=thumbprint, private_key=text)
