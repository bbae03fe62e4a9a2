"""Who works in the demo shop: one sign-in per role, all with the same printed password."""

from dataclasses import dataclass

from wafaa.access.staff.actions import change_staff, create_staff, set_password
from wafaa.access.staff.errors import LastOwner
from wafaa.access.staff.queries import find_staff
from wafaa.access.staff.rules import Role
from wafaa.know.orders.actions import name_store, set_stores
from wafaa.know.orders.models import Store
from wafaa.run.demo.catalogue import BRANCHES
from wafaa.run.demo.events import SOURCE

OWNER_EMAIL = "owner@demo.wafaa"
PASSWORD = "wafaa-demo-1"  # noqa: S105  (printed at the start on purpose: it opens made-up data only)


@dataclass(frozen=True)
class Employee:
    email: str
    name: str
    role: Role
    language: str
    branches: tuple[str, ...] = ()


EMPLOYEES = (
    Employee(OWNER_EMAIL, "نورة القحطاني", Role.OWNER, "ar"),
    Employee("manager@demo.wafaa", "Omar Haddad", Role.MANAGER, "en"),
    Employee("almalqa@demo.wafaa", "ريم الحربي", Role.BRANCH_MANAGER, "ar", ("almalqa",)),
    Employee("cashier@demo.wafaa", "سعود العتيبي", Role.CASHIER, "ar", ("diriyah",)),
    Employee("agent@demo.wafaa", "Maria Santos", Role.AGENT, "en"),
    Employee("analyst@demo.wafaa", "Priya Nair", Role.ANALYST, "en"),
)


def hire_staff() -> None:
    """Everyone of EMPLOYEES may sign in, in their role and branches; again without effect."""
    stores = name_stores()
    for employee in EMPLOYEES:
        staff = find_staff(employee.email)
        if staff is None:
            staff = create_staff(
                email=employee.email,
                role=employee.role,
                password=PASSWORD,
                name=employee.name,
                language=employee.language,
            )
        elif not staff.is_active or not staff.check_password(PASSWORD):
            change_staff(staff=staff, name=employee.name, role=employee.role, is_active=True, by=None)
            set_password(staff=staff, password=PASSWORD, by=None)
        set_stores(staff=staff, store_ids=[stores[code].id for code in employee.branches], by=None)


def name_stores() -> dict[str, Store]:
    """The branches under their names; the orders told only their codes."""
    return {branch.code: name_store(code=branch.code, name=branch.name, source=SOURCE) for branch in BRANCHES}


def dismiss_staff() -> int:
    """Nobody of EMPLOYEES may sign in any more, but the last owner of all. Returns how many went."""
    dismissed = 0
    for employee in EMPLOYEES:
        staff = find_staff(employee.email)
        if staff is None or not staff.is_active:
            continue
        set_stores(staff=staff, store_ids=[], by=None)
        try:
            change_staff(staff=staff, name=staff.name, role=Role(staff.role), is_active=False, by=None)
        except LastOwner:
            continue
        dismissed += 1
    return dismissed
