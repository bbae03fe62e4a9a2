"""A push message sealed for one browser (RFC 8291), and who sends it (RFC 8292, "VAPID"). Pure."""

import os
from datetime import datetime, timedelta

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wafaa.act.messages.subscriptions import encode

# One record: what push services must take (RFC 8030, 7.2), and what of it is left to the text.
RECORD_BYTES = 4_096
SEALED_BYTES_MAX = RECORD_BYTES
HEADER_BYTES, TAG_BYTES, SIGN_BYTES = 86, 16, 1
PLAIN_BYTES_MAX = SEALED_BYTES_MAX - HEADER_BYTES - TAG_BYTES - SIGN_BYTES
SALT_BYTES = 16
# A day is the most that services take.
VALID_FOR = timedelta(hours=12)
_LAST_RECORD = b"\x02"


def seal_message(
    plain: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of the request, in the coding aes128gcm (RFC 8188). `own` and `salt` are new for each, but in tests."""
    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT_BYTES)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    shown = own.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = derive(own.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + p256dh + shown, 32)
    key = derive(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(shared, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)
    return salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(shown)]) + shown + sealed


def derive(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(secret)


def sign_token(key: ec.EllipticCurvePrivateKey, *, audience: str, contact: str, now: datetime) -> str:
    """A JWT (ES256) for one push service: who we are, and until when it is good."""
    header = encode(msgspec.json.encode({"typ": "JWT", "alg": "ES256"}))
    claims = {"aud": audience, "exp": int((now + VALID_FOR).timestamp()), "sub": contact}
    signed = f"{header}.{encode(msgspec.json.encode(claims))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
