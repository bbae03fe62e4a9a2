"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for the day the phone is lost."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from wafaa.access.staff.models import Staff

# A code is right during its own half minute and one before and after; it must not be used twice meanwhile.
USED_CODE_S = 120


def make_secret() -> str:
    return str(totp.generate_totp_secret())


def is_right_code(secret: str, code: str) -> bool:
    """Whether an app that knows `secret` shows `code` now."""
    return bool(totp.validate_totp_code(secret, code))


def find_authenticator(staff: Staff, code: str) -> Authenticator | None:
    """What the code belongs to, the app or the recovery codes; it is used up by this."""
    for one in Authenticator.objects.filter(user=staff).order_by("-type"):
        if one.wrap().validate_code(code) and _is_fresh(one, code):
            return one
    return None


def turn_on(staff: Staff, secret: str) -> list[str]:
    turn_off(staff)
    totp.TOTP.activate(staff, secret)
    return renew_recovery_codes(staff)


def turn_off(staff: Staff) -> None:
    Authenticator.objects.filter(user=staff).delete()


def renew_recovery_codes(staff: Staff) -> list[str]:
    Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(staff).get_unused_codes())


def draw_qr(staff: Staff, secret: str) -> str:
    """The secret for an app's camera, as SVG without any style."""
    adapter = get_adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(staff, secret))
    return drawn[drawn.index("<svg") :]


def _is_fresh(one: Authenticator, code: str) -> bool:
    """allauth remembers a used code for half a minute, but with clocks that may differ it is right for longer."""
    if one.type != Authenticator.Type.TOTP:
        return True
    return cache.add(f"wafaa.second_factor.used.{one.user_id}.{code}", 1, timeout=USED_CODE_S)
