import pytest

from wafaa.access.staff.rules import Capability, Role, capabilities_of, mask, works_at_stores


def test_an_owner_may_everything():
    assert capabilities_of(Role.OWNER) == frozenset(Capability)


def test_only_an_owner_manages_staff():
    assert [role for role in Role if Capability.MANAGE_STAFF in capabilities_of(role)] == [Role.OWNER]


def test_an_analyst_sees_figures_but_no_personal_data():
    assert Capability.SEE_FIGURES in capabilities_of(Role.ANALYST)
    assert Capability.SEE_PERSONAL not in capabilities_of(Role.ANALYST)


def test_branch_managers_and_cashiers_see_their_stores_only():
    assert [role for role in Role if works_at_stores(role)] == [Role.BRANCH_MANAGER, Role.CASHIER]


@pytest.mark.parametrize(
    ("text", "masked"), [("", ""), ("نورة", "ن••••"), ("a@b.c", "a••••"), ("+966500000001", "+••••")]
)
def test_a_mask_keeps_the_first_letter_and_hides_the_length(text, masked):
    assert mask(text) == masked
