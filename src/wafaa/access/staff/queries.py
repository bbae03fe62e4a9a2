"""Reads about staff."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from wafaa.access.staff.errors import StaffNotFound
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role


def list_staff() -> QuerySet[Staff]:
    """Everybody, those who may sign in first, then by name."""
    return Staff.objects.order_by("-is_active", "name", "email")


def get_staff(staff_id: int) -> Staff:
    """Raises StaffNotFound."""
    found = Staff.objects.filter(id=staff_id).first()
    if found is None:
        raise StaffNotFound
    return found


def find_staff(email: str) -> Staff | None:
    return Staff.objects.filter(email__iexact=email.strip()).first()


def count_owners() -> int:
    """Owners who may sign in; never 0 once there was one."""
    return Staff.objects.filter(role=Role.OWNER, is_active=True).count()


def has_second_factor(staff: Staff) -> bool:
    return bool(Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists())


def count_recovery_codes(staff: Staff) -> int:
    """How many are left."""
    found = Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0
