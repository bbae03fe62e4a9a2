"""Staff are the users of the console; they sign in by e-mail."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.rules import Capability, Role, capabilities_of, works_at_stores

ROLE_LABELS = {
    Role.OWNER: _("Owner"),
    Role.MANAGER: _("Manager"),
    Role.BRANCH_MANAGER: _("Branch manager"),
    Role.CASHIER: _("Cashier"),
    Role.AGENT: _("Service agent"),
    Role.ANALYST: _("Analyst"),
}


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(
        _("role"), max_length=20, choices=[(role.value, ROLE_LABELS[role]) for role in Role]
    )
    language = models.CharField(
        _("language"), max_length=2, blank=True, choices=[("ar", _("Arabic")), ("en", _("English"))]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("staff member")
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, capability: Capability) -> bool:
        return self.is_active and capability in capabilities_of(Role(self.role))

    @property
    def sees_all_stores(self) -> bool:
        return not works_at_stores(Role(self.role))

    # Django's own permission questions are answered by role; there is no superuser flag.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
