"""The key by which push services know us (RFC 8292): made at first use, sealed, and never changed."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wafaa.act.messages.models import PushKey
from wafaa.act.messages.subscriptions import encode
from wafaa.kit import clock
from wafaa.kit.sealing import seal, unseal

_PURPOSE = "push key"


def get_key() -> PushKey:
    """Whoever comes first makes it; all others get that one."""
    found = PushKey.objects.filter(id=1).first()
    if found is None:
        made = ec.generate_private_key(ec.SECP256R1())
        PushKey.objects.bulk_create(
            [PushKey(id=1, public=write_public(made), private=_write(made), created_at=clock.now())],
            ignore_conflicts=True,
        )
        found = PushKey.objects.get(id=1)
    return found


def get_public_key() -> str:
    """What browsers subscribe with (applicationServerKey)."""
    return get_key().public


def open_private_key(key: PushKey) -> ec.EllipticCurvePrivateKey:
    """Raises SealBroken."""
    der = bytes.fromhex(unseal(key.private, purpose=_PURPOSE))
    made = serialization.load_der_private_key(der, password=None)
    assert isinstance(made, ec.EllipticCurvePrivateKey), "we made it"
    return made


def write_public(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return encode(point)


def _write(key: ec.EllipticCurvePrivateKey) -> str:
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return seal(der.hex(), purpose=_PURPOSE)
