"""Secrets in the database, sealed so that who reads the database (or a backup) can't use them.

By keys made from the secret key, one for each purpose; older secret keys still open what they sealed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class SealBroken(WafaaError):
    """Sealed with a secret key that was lost, as after restoring a backup without it."""

    code = "seal_broken"
    status = 409
    message = _(
        "This secret was sealed with another secret key and cannot be read any more. Enter it again, or give the earlier "
        "key in WAFAA_SECRET_KEY_FALLBACKS."
    )


def seal(text: str, *, purpose: str) -> str:
    """What `unseal` opens with the same purpose only ("webhook", say); ASCII, some 100 letters longer than the text."""
    return _sealer(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Raises SealBroken."""
    try:
        return _sealer(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _sealer(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_derive(key, purpose) for key in keys])


def _derive(secret: str, purpose: str) -> Fernet:
    """The secret key is long and random, so a plain digest with a purpose makes a good key of it."""
    made = hashlib.sha256(f"wafaa {purpose}\0{secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(made))
