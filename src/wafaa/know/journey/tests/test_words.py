"""Standard touchpoints have words; those of the shop's own stay as they are."""

from django.utils import translation

from wafaa.know.journey.words import PLACES, find_touchpoint, name_touchpoint
from wafaa.listen.surveys.ready import list_ready


def test_every_touchpoint_of_the_ready_made_surveys_has_words():
    assert {one.touchpoint for one in list_ready()} - {""} <= PLACES.keys()


def test_what_is_read_is_found_again():
    with translation.override("en"):
        assert str(name_touchpoint("return")) == "Return of goods"
        assert find_touchpoint(" return of Goods ") == "return"
        assert find_touchpoint(str(name_touchpoint("Order Delivered"))) == "Order Delivered"
        assert (str(name_touchpoint("drive-in")), find_touchpoint("Drive-In")) == ("drive-in", "Drive-In")
