"""Stars, drafts, totals and pictures, without a database."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from wafaa.listen.reviews.pictures import PictureBroken, clean_picture
from wafaa.listen.reviews.rules import (
    TEXT_MAX,
    DraftWrong,
    Reason,
    Skip,
    Total,
    bucket,
    find_language,
    is_low,
    is_token,
    make_token,
    may_edit,
    read_draft,
    read_rating,
    share_of,
)
from wafaa.listen.reviews.tests.build import make_jpeg, make_png, make_webp


def test_a_draft_is_read_and_made_harmless():
    read = read_draft(
        {
            "rating": "5",
            "title": " a\u202eb\nc ",
            "text": "one\r\ntwo\x00",
            "name": " Sara ",
            "may_quote": True,
        },
        language="en",
    )

    assert (read.rating, read.title, read.text, read.name) == (5, "ab c", "one\ntwo", "Sara")
    assert read.may_quote


@pytest.mark.parametrize(
    "told", [None, "", "0", "6", "5.0", "-1", "٥٥", True, 4.5, ["5"], "5; DROP", {"a": 5}]
)
def test_what_is_no_star_is_refused(told):
    with pytest.raises(DraftWrong) as wrong:
        read_draft({"rating": told}, language="en")
    assert wrong.value.field == "rating"


def test_a_text_that_is_too_long_says_which_and_how_long_it_may_be():
    with pytest.raises(DraftWrong) as wrong:
        read_draft({"rating": "1", "text": "x" * 5_000_000}, language="en")
    assert (wrong.value.field, wrong.value.limit) == ("text", TEXT_MAX)
    assert read_draft({"rating": "1", "text": ["no", "text"]}, language="en").text == ""


@pytest.mark.parametrize(
    ("told", "stars"),
    [("5", 5), (4, 4), ("4.9", 4), ("0", None), (6, None), ("nan", None), ("x", None), (None, None)],
)
def test_stars_of_other_systems(told, stars):
    assert read_rating(told) == stars


def test_low_is_two_stars_and_fewer():
    assert [is_low(star) for star in (1, 2, 3, 4, 5)] == [True, True, False, False, False]
    assert [bucket(share_of(star)) for star in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 5]
    assert bucket(None) is None


def test_totals_round_halves_up_and_say_nothing_of_nobody():
    assert Total(counts=(0, 0, 0, 3, 1)).average == 4.3
    assert Total(counts=(1, 0, 0, 0, 2)).average == 3.7
    assert Total(counts=(0, 0, 0, 1, 19)).average == 5.0
    assert Total().average is None
    assert Total(counts=(1, 0, 0, 0, 3)).shares[0] == (5, 3, 75)


def test_no_reason_to_reject_is_a_score_and_no_reason_to_skip_either():
    words = {*Reason, *Skip}
    assert not any("negative" in word or "low" in word or "score" in word or "bad" in word for word in words)


def test_the_language_is_that_of_the_letters():
    assert find_language("رائع very", "en") == "ar"
    assert find_language("Great!", "ar") == "en"
    assert find_language("👍", "ar") == "ar"


def test_tokens_are_of_their_own_kind():
    assert is_token(make_token())
    assert len({make_token() for _ in range(100)}) == 100
    for wrong in ("", "abc", "a" * 200, "../../etc/passwd", "a b" * 8, "ا" * 20):
        assert not is_token(wrong)


def test_a_review_can_be_changed_for_thirty_days():
    assert may_edit(timedelta(days=29, hours=23))
    assert not may_edit(timedelta(days=30))


def test_a_picture_loses_what_the_camera_wrote_and_keeps_how_it_is_turned():
    told = make_jpeg(turned=6, tail=b"a film and <script>")
    cleaned = clean_picture(told)

    assert (cleaned.kind, cleaned.width, cleaned.height) == ("jpeg", 40, 30)
    for secret in (b"GPS", b"Sara", b"JFIF", b"film", b"script"):
        assert secret not in cleaned.content
    assert cleaned.content.endswith(b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\xd9")
    assert clean_picture(cleaned.content).content == cleaned.content
    assert b"Exif" in cleaned.content
    assert b"Exif" not in clean_picture(make_jpeg(turned=1)).content


def test_png_and_webp_lose_their_notes_too():
    png = clean_picture(make_png(extra=b"Author\x00Sara"))
    assert (png.kind, png.width, png.height) == ("png", 2, 1)
    assert b"Sara" not in png.content
    webp = clean_picture(make_webp(note=b"GPS here"))
    assert (webp.kind, webp.width, webp.height) == ("webp", 3, 2)
    assert b"GPS" not in webp.content
    assert clean_picture(webp.content).content == webp.content


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff",
        make_jpeg()[:60],
        make_png()[:-4],
        make_png().replace(b"IHDR", b"IHDX"),
        make_png(width=17_000),
        make_png(width=2_500, height=2_500),  # one colour: 6 million pixels in 20 kilobytes
        make_webp()[:20],
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        b"%PDF-1.7 %%EOF",
        b"\xff\xd8\xff\xdb\x00\x43<script>alert(1)</script>" + bytes(100) + b"\xff\xd9",
    ],
    ids=range(13),
)
def test_what_is_no_whole_picture_is_refused(told):
    with pytest.raises(PictureBroken):
        clean_picture(told)


def test_a_machine_may_send_any_bytes():
    chance = random.Random(7)
    for start in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\x00\x00\x00WEBP"):
        for _try in range(300):
            with suppress(PictureBroken):
                clean_picture(start + chance.randbytes(chance.randrange(200)))
