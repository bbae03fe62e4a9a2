"""`wafaa user password`: a new password for somebody, when no mail can bring a link."""

from wafaa.run.display import Display
from wafaa.run.words import say as _


def set_password(email: str, password: str, display: Display, *, removes_second_factor: bool) -> None:
    """All sessions of the person end. Raises StaffNotFound, WeakPassword, SecondFactorMissing."""
    from django.db import transaction

    from wafaa.access.staff.actions import set_password as change
    from wafaa.access.staff.actions import turn_off_second_factor
    from wafaa.access.staff.errors import StaffNotFound
    from wafaa.access.staff.queries import find_staff

    staff = find_staff(email)
    if staff is None:
        raise StaffNotFound
    with transaction.atomic():
        change(staff=staff, password=password, by=None)
        if removes_second_factor:
            turn_off_second_factor(staff=staff, by=None)
    display.done(_("{email} has a new password; all sessions have ended.").format(email=staff.email))
    if removes_second_factor:
        display.done(_("The second factor is gone: the password alone opens the account."))
    if not staff.is_active:
        display.warn(_("This person may not sign in at present; an owner can change that under Staff."))
