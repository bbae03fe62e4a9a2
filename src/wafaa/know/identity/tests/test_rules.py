"""Each rule by a small case: who is joined, who is asked about, who is left alone."""

import itertools

import pytest

from wafaa.know.identity.rules import (
    CLAIMS_MAX,
    DEVICES_MAX,
    GROUP_MAX,
    SHARED_ACCOUNTS,
    SHARED_VISITORS,
    Reason,
    Rule,
    Ruling,
    Told,
    divide,
    explain,
    get_namespace,
    read_identifiers,
)


def told(*pairs):
    """("a", "email:x") and so on, each a claim."""
    return [Told(one, identifier) for one, identifier in pairs]


def joined(claims, *rulings):
    """The groups of more than one, sorted."""
    return sorted(sorted(group) for group in divide(claims, rulings).groups if len(group) > 1)


def asked(claims, *rulings):
    return [(one.first, one.second, one.identifier, one.reason) for one in divide(claims, rulings).questions]


def same(number, left, right):
    return Ruling(number=number, is_same=True, left=frozenset(left), right=frozenset(right))


def apart(number, left, right):
    return Ruling(number=number, is_same=False, left=frozenset(left), right=frozenset(right))


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_accounts_of_two_systems_with_one_address_are_one(kind):
    claims = told(("7", f"{kind}:x"), ("salla:1:9", f"{kind}:x"))

    assert joined(claims) == [["7", "salla:1:9"]]
    assert divide(claims).ties[0].rule == Rule(kind)


def test_two_accounts_of_one_shop_are_asked_about():
    claims = told(("s:1", "email:x"), ("s:2", "email:x"), ("9", "email:x"))

    assert joined(claims) == []
    assert asked(claims) == [
        ("9", "s:1", "email:x", Reason.WEB),
        ("9", "s:2", "email:x", Reason.WEB),
        ("s:1", "s:2", "email:x", Reason.ONE_SHOP),
    ]


def test_staff_may_join_what_a_shop_keeps_apart():
    claims = told(("s:1", "email:x"), ("s:2", "email:x"), ("9", "email:x"))

    assert joined(claims, same(1, ["s:1"], ["s:2"])) == [["9", "s:1", "s:2"]]
    assert asked(claims, same(1, ["s:1"], ["s:2"])) == []


def test_what_staff_told_apart_is_neither_joined_nor_asked_about():
    claims = told(("7", "email:x"), ("s:1", "email:x"))

    assert joined(claims, apart(1, ["7"], ["s:1"])) == []
    assert asked(claims, apart(1, ["7"], ["s:1"])) == []


def test_the_later_of_two_decisions_stands():
    claims = told(("7", "email:x"), ("s:1", "email:x"))

    assert joined(claims, same(1, ["7"], ["s:1"]), apart(2, ["7"], ["s:1"])) == []
    assert joined(claims, same(2, ["7"], ["s:1"]), apart(1, ["7"], ["s:1"])) == [["7", "s:1"]]


def test_a_later_decision_breaks_the_chain_where_it_is_oldest():
    chain = [same(1, ["a"], ["b"]), same(2, ["b"], ["c"]), apart(3, ["a"], ["c"])]

    assert joined([], *chain) == [["b", "c"]]


def test_of_an_older_decision_holds_what_no_later_one_denies():
    assert joined([], same(1, ["a", "b"], ["c"]), apart(2, ["b"], ["a", "c"])) == [["a", "c"]]


def test_a_stranger_who_tells_two_mails_joins_nobody():
    """Somebody reads a page's key and says that the mails of two customers of one shop are his."""
    claims = told(("1", "email:a"), ("2", "email:b"), ("evil:1", "email:a"), ("evil:1", "email:b"))

    assert joined(claims) == []
    assert {question[3] for question in asked(claims)} == {Reason.WEB}


def test_an_address_of_many_accounts_joins_nobody():
    few = [(f"s{number}:1", "email:till") for number in range(SHARED_ACCOUNTS)]

    assert len(joined(told(*few))[0]) == SHARED_ACCOUNTS
    assert joined(told(*few, ("more:1", "email:till"))) == []
    assert asked(told(*few, ("more:1", "email:till"))) == []


def test_who_claims_too_many_addresses_is_joined_by_none():
    many = [("robot", f"email:{number}") for number in range(CLAIMS_MAX)]
    others = [("s:1", "email:0"), ("robot", "phone:+1"), ("t:1", "phone:+1")]

    assert joined(told(*many, *others)) == [["robot", "s:1", "t:1"]]
    assert joined(told(*many, ("robot", "email:more"), *others)) == [["robot", "t:1"]]


def test_a_group_has_an_end():
    """Chains of accounts, each of another shop, linked by a mail each."""
    chain = [(f"s{number + step}:1", f"email:{number}") for number in range(GROUP_MAX - 1) for step in (0, 1)]

    assert [len(group) for group in joined(told(*chain))] == [GROUP_MAX]
    assert joined(told(*chain, ("last:1", "email:0"))) == []


def test_a_guest_belongs_to_the_account_with_the_address():
    claims = told(("email:a", "email:a"), ("email:b", "email:b"), ("7", "email:a"), ("7", "email:b"))

    assert joined(claims) == [["7", "email:a", "email:b"]]


def test_one_phone_does_not_make_one_of_two_guests():
    claims = told(
        ("email:a", "email:a"), ("email:b", "email:b"), ("email:a", "phone:+1"), ("email:b", "phone:+1")
    )

    assert joined(claims) == []
    assert asked(claims) == [("email:a", "email:b", "phone:+1", Reason.ONE_SHOP)]
    assert joined([*claims, Told("7", "email:a"), Told("7", "email:b")]) == [["7", "email:a", "email:b"]]


def test_mails_join_before_phones_do():
    """The phone would bring two accounts of one shop together, the mails stay joined."""
    claims = told(("s:1", "email:a"), ("t:1", "email:a"), ("t:1", "phone:+1"), ("s:2", "phone:+1"))

    assert joined(claims) == [["s:1", "t:1"]]
    assert asked(claims) == [("s:2", "t:1", "phone:+1", Reason.ONE_SHOP)]


def test_a_device_goes_to_the_one_whom_it_was_seen_with():
    assert joined(told(("7", "anonymous:d"))) == [["7", "anonymous:d"]]


def test_a_device_of_two_stands_alone_and_joins_nobody():
    assert joined(told(("7", "anonymous:d"), ("8", "anonymous:d"))) == []


def test_a_device_of_two_accounts_who_are_one_is_theirs():
    claims = told(("7", "anonymous:d"), ("s:1", "anonymous:d"), ("7", "email:a"), ("s:1", "email:a"))

    assert joined(claims) == [["7", "anonymous:d", "s:1"]]


def test_a_visitor_who_told_a_mail_goes_to_its_account():
    claims = told(("anonymous:d", "email:a"), ("7", "email:a"))

    assert joined(claims) == [["7", "anonymous:d"]]
    assert joined([*claims, Told("anonymous:d", "email:b"), Told("8", "email:b")]) == []


def test_an_account_counts_for_more_than_a_mail_that_nobody_claims():
    claims = told(("7", "anonymous:d"), ("anonymous:d", "email:a"))

    assert joined(claims) == [["7", "anonymous:d"]]


def test_visitors_of_a_mail_that_no_account_claims_are_one():
    claims = told(("anonymous:d", "email:a"), ("anonymous:e", "email:a"))

    assert joined(claims) == [["anonymous:d", "anonymous:e"]]
    assert joined([*claims, Told("anonymous:e", "email:b")]) == []
    assert joined([*claims, Told("email:a", "email:a")]) == [["anonymous:d", "anonymous:e", "email:a"]]


def test_a_mail_that_hundreds_of_visitors_tell_says_nothing():
    few = [(f"anonymous:{number}", "email:till") for number in range(SHARED_VISITORS)]

    assert len(joined(told(*few))[0]) == SHARED_VISITORS
    assert joined(told(*few, ("anonymous:more", "email:till"))) == []


def test_an_account_of_hundreds_of_devices_has_none():
    few = [("7", f"anonymous:{number}") for number in range(DEVICES_MAX)]

    assert len(joined(told(*few))[0]) == DEVICES_MAX + 1
    assert joined(told(*few, ("7", "anonymous:more"))) == []


def test_staff_may_say_that_a_device_is_not_somebodys():
    claims = told(("7", "anonymous:d"), ("7", "anonymous:e"))

    assert joined(claims, apart(1, ["anonymous:d"], ["7"])) == [["7", "anonymous:e"]]


def test_devices_that_staff_joined_move_together():
    claims = told(("7", "anonymous:d"))

    assert joined(claims, same(1, ["anonymous:d"], ["anonymous:e"])) == [["7", "anonymous:d", "anonymous:e"]]


def test_the_order_in_which_it_was_told_does_not_matter():
    claims = told(
        ("s:1", "email:a"),
        ("t:1", "email:a"),
        ("t:1", "phone:+1"),
        ("s:2", "phone:+1"),
        ("s:2", "anonymous:d"),
    )

    assert len({divide(order).groups for order in itertools.permutations(claims)}) == 1


def test_every_id_is_explained():
    claims = told(("7", "email:a"), ("s:1", "email:a"), ("s:1", "anonymous:d"))
    partition = divide(claims)

    why = explain(partition, ["7", "s:1", "anonymous:d"])

    assert [(one, [(tie.rule, tie.identifier) for tie in ties]) for one, ties in why.items()] == [
        ("7", [("email", "email:a"), ("device", "anonymous:d")]),
        ("s:1", [("email", "email:a")]),
        ("anonymous:d", [("device", "anonymous:d")]),
    ]


def test_only_what_can_be_an_address_says_anything():
    def read(**given):
        empty = {"email": None, "phone": None, "country": None, "device": None}
        return read_identifiers(**{**empty, **given}, region="SA")

    assert read(email=" Sara@Example.COM ") == ["email:sara@example.com"]
    assert read(email="n/a") == read(email="a@b c") == read(email="") == []
    assert read(phone="050 123 4567") == ["phone:+966501234567"]
    assert read(phone="07911 123456", country="GB") == ["phone:+447911123456"]
    assert read(phone="1234") == []
    assert read(device="abc") == ["anonymous:abc"]
    assert read(device="x" * 200) == []


def test_the_namespace_is_what_stands_before_the_customers_own_id():
    assert get_namespace("17850") == ""
    assert get_namespace("shopify:1a2b3c4d:998877") == "shopify:1a2b3c4d"
    assert get_namespace("email:a:b@example.com") == "email"
