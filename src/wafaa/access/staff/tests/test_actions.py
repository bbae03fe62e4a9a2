import pytest

from wafaa.access.audit.models import Change
from wafaa.access.staff.actions import change_staff, create_staff, set_password
from wafaa.access.staff.errors import EmailTaken, LastOwner, WeakPassword
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import find_staff
from wafaa.access.staff.rules import Role

GOOD = "saffron and cardamom"


def test_a_new_member_of_staff_is_kept_and_noted_without_the_password(db):
    staff = create_staff(email=" Sara@Example.com ", role=Role.AGENT, password=GOOD, name="سارة")

    assert (staff.email, staff.name, staff.role, staff.is_active) == (
        "sara@example.com",
        "سارة",
        "agent",
        True,
    )
    assert staff.check_password(GOOD)
    change = Change.objects.get()
    assert (change.deed, change.subject, change.staff, change.staff_email) == (
        "create_staff",
        "sara@example.com",
        None,
        "",
    )
    assert change.after == {"email": "sara@example.com", "name": "سارة", "role": "agent", "is_active": True}


def test_an_address_belongs_to_one_person_whatever_its_capitals(owner):
    with pytest.raises(EmailTaken):
        create_staff(email="NOURA@example.com", role=Role.AGENT, password=GOOD)

    assert Staff.objects.count() == 1
    assert not Change.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "sara@example.com"])
def test_a_weak_password_is_refused_and_nobody_is_made(db, password):
    with pytest.raises(WeakPassword):
        create_staff(email="sara@example.com", role=Role.AGENT, password=password)

    assert find_staff("sara@example.com") is None


def test_a_change_of_role_keeps_what_was_before(owner, agent):
    change_staff(staff=agent, name="هدى", role=Role.MANAGER, is_active=True, by=owner)

    change = Change.objects.get()
    assert (change.staff, change.staff_email, change.subject) == (
        owner,
        "noura@example.com",
        "huda@example.com",
    )
    assert (change.before["role"], change.after["role"]) == ("agent", "manager")


def test_saving_what_is_already_so_leaves_no_line_in_the_trail(owner, agent):
    change_staff(staff=agent, name=agent.name, role=Role.AGENT, is_active=True, by=owner)

    assert not Change.objects.exists()


@pytest.mark.parametrize(("role", "is_active"), [(Role.MANAGER, True), (Role.OWNER, False)])
def test_the_last_owner_stays_owner(owner, manager, role, is_active):
    with pytest.raises(LastOwner):
        change_staff(staff=owner, name=owner.name, role=role, is_active=is_active, by=owner)

    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)
    assert not Change.objects.exists()


def test_an_owner_may_go_when_another_one_stays(owner, manager):
    change_staff(staff=manager, name=manager.name, role=Role.OWNER, is_active=True, by=owner)
    change_staff(staff=owner, name=owner.name, role=Role.OWNER, is_active=False, by=manager)

    assert list(Staff.objects.filter(role=Role.OWNER, is_active=True)) == [manager]


def test_a_new_password_ends_the_sessions_of_that_person(owner, agent, client_as):
    client = client_as(agent)
    assert client.get("/customers/").status_code == 200

    set_password(staff=agent, password="another good one", by=owner)

    assert client.get("/customers/").status_code == 302
    assert Change.objects.get().after == {}
