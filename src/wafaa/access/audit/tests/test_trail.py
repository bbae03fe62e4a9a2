from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.audit.models import Change
from wafaa.access.audit.queries import list_changes, list_people
from wafaa.kit.clock import fixed_at

RIYADH = ZoneInfo("Asia/Riyadh")


def test_a_change_stands_and_falls_with_its_transaction(owner):
    def change_and_fail() -> None:
        with transaction.atomic():
            record_change(staff=owner, deed="change_settings")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    assert not Change.objects.exists()


def test_the_trail_stays_readable_when_the_account_is_gone(owner):
    record_change(staff=owner, deed="change_settings", subject="x" * 300)
    owner.delete()

    change = Change.objects.get()
    assert (change.staff, change.staff_email, len(change.subject)) == (None, "noura@example.com", 200)


def test_days_are_those_of_the_business(owner):
    with fixed_at(datetime(2026, 3, 1, 22, 30, tzinfo=UTC)):  # 01:30 of the 2nd in Riyadh
        record_change(staff=owner, deed="change_settings")

    assert not list_changes(until=date(2026, 3, 1), zone=RIYADH).exists()
    assert list_changes(since=date(2026, 3, 2), until=date(2026, 3, 2), zone=RIYADH).count() == 1


def test_search_person_and_deed_narrow_the_trail(owner, manager):
    record_change(staff=owner, deed="change_settings", subject="متجر")
    record_change(staff=manager, deed="create_staff", subject="sara@example.com")
    record_change(staff=None, deed="load_demo", via="Shop sync (wf_write_1)")

    assert [change.deed for change in list_changes()] == ["load_demo", "create_staff", "change_settings"]
    assert [change.deed for change in list_changes(search="SARA")] == ["create_staff"]
    assert [change.deed for change in list_changes(search="shop sync")] == ["load_demo"]
    assert [change.deed for change in list_changes(person="noura@example.com")] == ["change_settings"]
    assert [change.deed for change in list_changes(deed="load_demo")] == ["load_demo"]
    assert list_people() == ["james@example.com", "noura@example.com"]
