"""On whose clock it is night, and when it ends."""

from datetime import UTC, datetime

import pytest

from wafaa.act.messages.hours import (
    Window,
    choose_window,
    find_country,
    find_opening,
    find_zones,
    list_pack_windows,
    load_packs,
    read_clock,
)

HOME = "Asia/Riyadh"
DAY = Window(opens=9 * 60, closes=21 * 60)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-22T17:59", "2026-11-22T17:59"),  # 20:59 in Riyadh
        ("2026-11-22T18:00", "2026-11-23T06:00"),  # 21:00: the morning after
        ("2026-11-22T23:30", "2026-11-23T06:00"),  # 02:30 of the next day: the same morning
        ("2026-11-23T05:59", "2026-11-23T06:00"),
        ("2026-11-23T06:00", "2026-11-23T06:00"),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(now, opens):
    assert find_opening(at(now), (HOME,), DAY) == at(opens)


def test_where_a_country_has_many_clocks_all_of_them_must_allow_it():
    zones = ("America/New_York", "America/Los_Angeles")

    # 9:00 in New York is 6:00 in Los Angeles, where it must be nine first
    assert find_opening(at("2026-11-22T14:00"), zones, DAY) == at("2026-11-22T17:00")
    assert find_opening(at("2026-11-23T01:59"), zones, DAY) == at("2026-11-23T01:59")
    assert find_opening(at("2026-11-23T02:00"), zones, DAY) == at("2026-11-23T17:00")


def test_the_morning_keeps_its_hour_when_the_clocks_change():
    # on 29 March 2026 clocks in London go from 1 to 2; nine o'clock is eight in UTC from then on
    assert find_opening(at("2026-03-28T22:00"), ("Europe/London",), DAY) == at("2026-03-29T08:00")
    assert find_opening(at("2026-10-24T22:00"), ("Europe/London",), DAY) == at("2026-10-25T09:00")


def test_windows_that_never_meet_go_by_the_first_clock():
    narrow = Window(opens=9 * 60, closes=10 * 60)

    assert find_opening(at("2026-11-22T12:00"), ("Asia/Riyadh", "America/New_York"), narrow) == at(
        "2026-11-23T06:00"
    )


@pytest.mark.parametrize(
    ("country", "city", "zones"),
    [
        ("", "", (HOME,)),
        ("Saudi Arabia", "Jeddah", ("Asia/Riyadh",)),
        ("المملكة العربية السعودية", "", ("Asia/Riyadh",)),
        ("AE", "", ("Asia/Dubai",)),
        ("الإمارات", "", ("Asia/Dubai",)),
        ("United States", "Los Angeles", ("America/Los_Angeles",)),
        ("no such country", "", (HOME,)),
    ],
)
def test_whose_clock_counts(country, city, zones):
    assert find_zones(country=country, city=city, home=HOME) == zones


def test_a_country_with_many_clocks_and_no_known_city_has_all_of_them():
    zones = find_zones(country="United States", city="Springfield", home=HOME)

    assert {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu"} <= set(zones)


def test_a_business_in_a_large_country_has_its_own_clock_for_its_own_people():
    assert find_zones(country="US", city="", home="America/Chicago") == ("America/Chicago",)


def test_who_lives_in_a_city_that_is_known_has_its_clock_also_in_the_businesss_own_country():
    assert find_zones(country="US", city="Los Angeles", home="America/Chicago") == ("America/Los_Angeles",)
    assert find_zones(country="US", city="Springfield", home="America/Chicago") == ("America/Chicago",)


def test_the_packs_say_where_their_hours_come_from():
    packs = load_packs()

    assert set(packs) == {"AE", "SA"}
    for pack in packs.values():
        assert pack["sources"]
        assert all(told["source"] for told in pack["hours"])
        assert all(0 <= read_clock(told["opens"]) < read_clock(told["closes"]) for told in pack["hours"])


def test_what_says_most_counts_and_the_business_before_the_pack():
    own = (Window(country="SA", channel="sms", opens=600, closes=1200),)

    def choose(windows, country, channel):
        found = choose_window(windows, country=country, channel=channel)
        return found.opens, found.closes

    assert choose(list_pack_windows(), "SA", "sms") == (9 * 60, 20 * 60)
    assert choose(list_pack_windows(), "SA", "email") == (9 * 60, 22 * 60)
    assert choose((*own, *list_pack_windows()), "SA", "sms") == (600, 1200)
    assert choose(list_pack_windows(), "GB", "sms") == (9 * 60, 21 * 60)


@pytest.mark.parametrize("text", ["", "9", "25:00", "9:60", "x:00", "24:01", "-1:00"])
def test_a_clock_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says of the text)
        read_clock(text)


def test_countries_are_known_by_code_and_by_name():
    assert [find_country(one) for one in ("sa", "KSA", "uae", "المملكة المتحدة", "nowhere", "")] == [
        "SA", "SA", "AE", "GB", "", "",
    ]  # fmt: skip
