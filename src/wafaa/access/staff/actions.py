"""Changes to staff; each leaves a line in the audit trail in its own transaction."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.sessions.actions import end_sessions
from wafaa.access.sessions.rules import Origin
from wafaa.access.staff import second_factor
from wafaa.access.staff.errors import EmailTaken, LastOwner, SecondFactorMissing, WeakPassword
from wafaa.access.staff.mails import tell_later
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import count_owners, find_staff, has_second_factor
from wafaa.access.staff.rules import Role


@transaction.atomic
def create_staff(
    *, email: str, role: Role, password: str, name: str = "", language: str = "", by: Staff | None = None
) -> Staff:
    """A new member of staff who may sign in at once; `by` is None for the command line.

    Raises EmailTaken, WeakPassword.
    """
    email = email.strip().lower()
    _lock_staff()
    if find_staff(email):
        raise EmailTaken(email=email)
    staff = Staff(email=email, name=name.strip(), role=role, language=language)
    _set_password(staff, password)
    staff.save()
    record_change(staff=by, deed="create_staff", subject=staff.email, after=_public_face(staff))
    return staff


@transaction.atomic
def change_staff(*, staff: Staff, name: str, role: Role, is_active: bool, by: Staff | None) -> Staff:
    """New name, role, or right to sign in; who may no longer sign in is out at once, on every device.

    Raises LastOwner when no active owner would be left.
    """
    _lock_staff()
    staff.refresh_from_db()
    before = _public_face(staff)
    loses_owner = staff.role == Role.OWNER and staff.is_active and not (role == Role.OWNER and is_active)
    if loses_owner and count_owners() == 1:
        raise LastOwner
    staff.name, staff.role, staff.is_active = name.strip(), role, is_active
    staff.save(update_fields=["name", "role", "is_active"])
    if not is_active:
        end_sessions(staff_id=staff.pk)
    after = _public_face(staff)
    if after != before:
        record_change(staff=by, deed="change_staff", subject=staff.email, before=before, after=after)
    return staff


@transaction.atomic
def set_password(*, staff: Staff, password: str, by: Staff | None, origin: Origin | None = None) -> None:
    """A new password; all the person's sessions end with it, and a mail tells them. Raises WeakPassword."""
    _set_password(staff, password)
    staff.save(update_fields=["password"])
    end_sessions(staff_id=staff.pk)
    record_change(staff=by, deed="set_password", subject=staff.email)
    tell_later(staff, "set_password", origin)


@transaction.atomic
def turn_on_second_factor(*, staff: Staff, secret: str, origin: Origin | None = None) -> list[str]:
    """From now on signing in also asks for a code of the app that knows `secret`. Returns the recovery codes."""
    codes = second_factor.turn_on(staff, secret)
    record_change(staff=staff, deed="turn_on_second_factor", subject=staff.email)
    tell_later(staff, "turn_on_second_factor", origin)
    return codes


@transaction.atomic
def turn_off_second_factor(*, staff: Staff, by: Staff | None, origin: Origin | None = None) -> None:
    """The password alone is enough again. `by` may be an owner, when a phone was lost. Raises SecondFactorMissing."""
    if not has_second_factor(staff):
        raise SecondFactorMissing
    second_factor.turn_off(staff)
    record_change(staff=by, deed="turn_off_second_factor", subject=staff.email)
    tell_later(staff, "turn_off_second_factor", origin)


@transaction.atomic
def renew_recovery_codes(*, staff: Staff, origin: Origin | None = None) -> list[str]:
    """New recovery codes; the old ones are worth nothing any more. Raises SecondFactorMissing."""
    if not has_second_factor(staff):
        raise SecondFactorMissing
    codes = second_factor.renew_recovery_codes(staff)
    record_change(staff=staff, deed="renew_recovery_codes", subject=staff.email)
    tell_later(staff, "renew_recovery_codes", origin)
    return codes


@transaction.atomic
def sign_out_everywhere(*, staff: Staff, by: Staff) -> int:
    """An owner ends all sessions of a person; how many there were."""
    ended = end_sessions(staff_id=staff.pk)
    record_change(staff=by, deed="end_sessions", subject=staff.email, after={"sessions": ended})
    return ended


def set_language(*, staff: Staff, language: str) -> None:
    """The person's own choice of reading; nobody else's business, so it leaves no trail."""
    staff.language = language
    staff.save(update_fields=["language"])


def _set_password(staff: Staff, password: str) -> None:
    try:
        validate_password(password, user=staff)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages)) from error
    staff.set_password(password)


def _lock_staff() -> None:
    """One change of staff at a time: two owners who demote each other at once must not both succeed."""
    list(Staff.objects.select_for_update().order_by("id").values_list("id", flat=True))


def _public_face(staff: Staff) -> dict[str, Any]:
    return {
        "email": staff.email,
        "name": staff.name,
        "role": str(staff.role),
        "is_active": staff.is_active,
    }
