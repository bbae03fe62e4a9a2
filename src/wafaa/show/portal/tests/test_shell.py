"""What makes the page installable, and its colours."""

import json
import zlib

import pytest
from tests.build import make_business

from wafaa.act.messages.models import Look
from wafaa.show.portal.colours import (
    CONTRAST,
    NIGHT,
    PAPER,
    STANDS_OUT,
    WHITE,
    find_contrast,
    make_fill,
    make_readable,
    read_colour,
)
from wafaa.show.portal.tests.build import Phone, open_portal

pytestmark = pytest.mark.django_db


def test_manifest_worker_colours_and_icons_are_served_without_anybody_inside():
    make_business(name="Palm")
    Look.objects.create(id=1, colour="#ffcc00")
    open_portal()
    phone = Phone()

    told = json.loads(phone.get("/me/manifest.json").content)
    assert (told["name"], told["start_url"], told["scope"], told["display"]) == (
        "Palm",
        "/me/",
        "/me/",
        "standalone",
    )
    for icon in told["icons"]:
        picture = phone.get(icon["src"])
        size = int(icon["sizes"].partition("x")[0])
        assert picture["Content-Type"] == "image/png"
        assert picture.content[:8] == b"\x89PNG\r\n\x1a\n"
        start = picture.content.index(b"IDAT") + 4
        length = int.from_bytes(picture.content[start - 8 : start - 4], "big")
        assert len(zlib.decompress(picture.content[start : start + length])) == size * (size + 1)
    assert phone.get("/me/icon-7.png").status_code == 404
    worker = phone.get("/me/worker.js").content.decode()
    assert '"/me/offline/"' in worker
    assert "me-" in worker
    assert phone.get("/me/offline/").status_code == 200
    assert "--accent" in phone.get("/me/colours.css").content.decode()


@pytest.mark.parametrize(
    "colour",
    [
        "#ffcc00",
        "#000000",
        "#ffffff",
        "#0f6b5c",
        "#ff0000",
        "#1a1a80",
        "#777777",
        "#808080",
        "#0a0a0a",
        "#fefefe",
    ],
)
def test_any_colour_becomes_readable(colour):
    told = read_colour(colour)
    assert find_contrast(make_readable(told, on=WHITE, towards=(0, 0, 0)), WHITE) >= CONTRAST
    assert find_contrast(make_readable(told, on=NIGHT, towards=WHITE), NIGHT) >= CONTRAST
    for page, readable in ((PAPER, (0, 0, 0)), (NIGHT, WHITE)):
        fill, words = make_fill(told, readable, on=page)
        assert find_contrast(words, fill) >= CONTRAST
        assert find_contrast(fill, page) >= STANDS_OUT
