"""What is true of doors, codes and cards without asking anybody: pure."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from wafaa.access.limits.rules import Limit
from wafaa.kit.text import latin_digits, without_marks

WAYS = ("email", "sms", "whatsapp")
CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=10)
TRIES = 5
# Who proved an address and is new, or one of several who share it, has so long to say who they are.
PROOF_LASTS = timedelta(minutes=15)
# A phone stays signed in while it is used now and then; after half a year everybody proves their address again.
IDLE = timedelta(days=60)
ABSOLUTE = timedelta(days=180)
SEEN_EVERY = timedelta(hours=1)
# So long laws let a shop take to answer; then one may ask again.
WISH_LASTS = timedelta(days=30)
# An address that more people have than a household is the shop's own, typed at the till for everybody.
SHARERS_MAX = 5

# A code is late once or twice; more would fill a stranger's phone.
ASK_ADDRESS = Limit(name="portal_ask_address", burst=3, every_s=5 * 60)
# A family, or a cafe's guests, behind one network.
ASK_NETWORK = Limit(name="portal_ask_network", burst=20, every_s=60)
# Whatever happens, the shop's bill for SMS stays bounded, and strangers' mailboxes are not filled by us from a thousand
# networks. Members and strangers are counted apart: who knows no member's number cannot use up theirs.
ASK_MEMBERS = Limit(name="portal_ask_members", burst=200, every_s=5)
ASK_STRANGERS = Limit(name="portal_ask_strangers", burst=100, every_s=20)
# Wrong codes only. With five tries a code and three codes at once a guesser gets 144 a day of a million.
TRY_ADDRESS = Limit(name="portal_try_address", burst=15, every_s=10 * 60)
TRY_NETWORK = Limit(name="portal_try_network", burst=60, every_s=20)
# Links hold 256 bits; who tries them has no patience that would help.
OPEN_LINK = Limit(name="portal_open_link", burst=60, every_s=2)


class Wanted(StrEnum):
    DATA = "data"
    ERASURE = "erasure"


def make_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def read_code(text: str) -> str:
    """Of what somebody typed or pasted: its digits, Arabic ones too; "" where they are not a code's."""
    digits = "".join(one for one in latin_digits(without_marks(text[:40])) if one in "0123456789")
    return digits if len(digits) == CODE_DIGITS else ""


def digest_code(entry: str, code: str) -> str:
    """Six digits are found by trying all, so the digest needs the secret key, and stands for one entry only."""
    return hmac.new(_derive(settings.SECRET_KEY), f"{entry}\0{code}".encode(), hashlib.sha256).hexdigest()


def digest_token(token: str) -> str:
    """Of random tokens of 256 bits; one round without salt is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_token() -> str:
    return secrets.token_urlsafe(32)


def make_form_token(session_token: str) -> str:
    """What forms of a session carry; only who can read the page knows it."""
    return hmac.new(
        _derive(settings.SECRET_KEY), f"form\0{session_token}".encode(), hashlib.sha256
    ).hexdigest()[:32]


def is_form_token(session_token: str, given: str) -> bool:
    return hmac.compare_digest(make_form_token(session_token).encode(), given.encode("utf-8", "replace"))


@cache
def _derive(secret: str) -> bytes:
    return hashlib.sha256(f"wafaa portal\0{secret}".encode()).digest()


def is_over(*, opened_at: datetime, seen_at: datetime, now: datetime) -> bool:
    return now - opened_at > ABSOLUTE or now - seen_at > IDLE + SEEN_EVERY


CARD_DIGITS = 10
PROOF_DIGITS = 6
PROOF_EVERY_S = 60


def make_card_number() -> str:
    """Nine random digits, the first none of 0, and one by which a slip of a finger is noticed (ISO/IEC 7812, Luhn)."""
    body = str(secrets.randbelow(9 * 10 ** (CARD_DIGITS - 2)) + 10 ** (CARD_DIGITS - 2))
    return body + str(-_sum_luhn(body + "0") % 10)


def read_card_number(text: str) -> str:
    """As it was scanned or typed, with spaces, in whatever digits; "" where it cannot be one."""
    return read_card(text)[0]


def read_card(text: str) -> tuple[str, str]:
    """(number, proof) of what a card shows: the number alone, or with the digits behind it that show who holds it now."""
    digits = latin_digits(without_marks(text[:40])).replace(" ", "").replace("-", "")
    number, proof = digits[:CARD_DIGITS], digits[CARD_DIGITS:]
    is_one = (
        digits.isascii()
        and digits.isdigit()
        and len(proof) in {0, PROOF_DIGITS}
        and len(number) == CARD_DIGITS
    )
    return (number, proof) if is_one and _sum_luhn(number) % 10 == 0 else ("", "")


def make_proof(number: str, at: datetime) -> str:
    """Six digits that only the member's own page shows at this moment; a photograph of it is worth nothing soon after."""
    return _prove(number, int(at.timestamp()) // PROOF_EVERY_S)


def is_proof(number: str, proof: str, at: datetime) -> bool:
    """What was shown now or one step ago: the page may be a moment behind, and scanning takes one."""
    step = int(at.timestamp()) // PROOF_EVERY_S
    return any(hmac.compare_digest(_prove(number, one).encode(), proof.encode()) for one in (step, step - 1))


def _prove(number: str, step: int) -> str:
    """As RFC 4226 cuts it: digits of a keyed digest that nobody can reckon without the key."""
    told = hmac.new(_derive(settings.SECRET_KEY), f"card\0{number}\0{step}".encode(), hashlib.sha256).digest()
    place = told[-1] & 15
    return f"{(int.from_bytes(told[place : place + 4]) & 0x7FFFFFFF) % 10**PROOF_DIGITS:0{PROOF_DIGITS}d}"


def _sum_luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def read_origin(text: str) -> str:
    """`https://shop.example` of what somebody typed; "" where it is no address whose page could frame ours."""
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in {"https", "http"} or not host or parts.path or parts.query or parts.username:
        return ""
    if not all(letter.isalnum() or letter in ".-" for letter in host):
        return ""
    return f"{parts.scheme}://{host}{port}"


def shorten_name(name: str) -> str:
    """By what a person is greeted: the first word, or two where the first is only a part (عبد الله, أم خالد)."""
    words = name.split()
    if len(words) > 1 and words[0] in {"عبد", "أبو", "ابو", "أم", "ام", "بو"}:
        return " ".join(words[:2])
    return words[0] if words else ""
