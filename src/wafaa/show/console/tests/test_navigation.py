import pytest

from wafaa.show.console.navigation import DAILY, SET_UP, build_links


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            "owner",
            {
                "today",
                "till",
                "customers",
                "segments",
                "orders",
                "messages",
                "campaigns",
                "surveys",
                "satisfaction",
                "comments",
                "cases",
                "reviews",
                "suggestions",
                "tasks",
                "reports",
                "experiments",
                "loyalty",
                "rewards",
                "vouchers",
                "imports",
                "touchpoints",
                "connections",
                "webhooks",
                "settings",
                "staff",
                "audit",
            },
        ),
        (
            "manager",
            {
                "today",
                "till",
                "customers",
                "segments",
                "orders",
                "messages",
                "campaigns",
                "surveys",
                "satisfaction",
                "comments",
                "cases",
                "reviews",
                "suggestions",
                "tasks",
                "reports",
                "experiments",
                "loyalty",
                "rewards",
                "vouchers",
                "imports",
                "touchpoints",
                "connections",
                "webhooks",
                "settings",
                "audit",
            },
        ),
        ("branch_manager", {"today", "till", "customers", "orders", "tasks", "reports"}),
        ("cashier", {"till", "customers", "orders", "tasks"}),
        (
            "agent",
            {
                "customers",
                "segments",
                "orders",
                "surveys",
                "satisfaction",
                "comments",
                "cases",
                "reviews",
                "suggestions",
                "tasks",
            },
        ),
        (
            "analyst",
            {
                "today",
                "customers",
                "segments",
                "orders",
                "campaigns",
                "surveys",
                "satisfaction",
                "comments",
                "reviews",
                "suggestions",
                "reports",
                "experiments",
                "loyalty",
                "rewards",
                "vouchers",
            },
        ),
    ],
)
def test_each_role_sees_the_entries_that_open_for_it(cast, role, names):
    person = cast[role]
    wanted = [entry for entry in (*DAILY, *SET_UP) if entry.name in names]
    links = build_links((*DAILY, *SET_UP), person, "/")
    assert [link.label for link in links] == [str(entry.label) for entry in wanted]


def test_the_entry_of_the_open_page_is_marked_also_below_it(owner):
    links = build_links(DAILY, owner, "/customers/abc/")
    assert [link.icon for link in links if link.is_open] == ["customers"]


def test_today_is_not_open_everywhere_although_every_address_begins_with_it(owner):
    links = build_links(DAILY, owner, "/audit/")
    assert not any(link.is_open for link in links)
