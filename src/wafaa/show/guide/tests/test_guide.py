"""The guide: every chapter in both languages, and a way to it from every page of the console."""

import re

import pytest
from django.urls import get_resolver, reverse
from django.utils.html import conditional_escape

from wafaa.run.messages import list_rooms, po_path, read_catalog
from wafaa.show.guide.queries import TEXT, list_chapters
from wafaa.show.guide.rules import CHAPTERS, find_chapter

pytestmark = pytest.mark.django_db

# What answers programs, moves state, or is read before anybody signs in.
WITHOUT_CHAPTER = re.compile(r"^(api|mfa|password|sign|theme|language|guide|lapse-hint|health|ready|metrics)")


def test_both_languages_have_the_same_chapters_and_headings():
    for folder in ("en", "ar"):
        assert {path.stem for path in (TEXT / folder).glob("*.md")} == set(CHAPTERS)
    for english, arabic in zip(list_chapters("en"), list_chapters("ar"), strict=True):
        for mark in ("<h2>", "<li>", "<tr>", "<code>", "<em>"):
            assert english.html.count(mark) == arabic.html.count(mark), (english.name, mark)
        assert re.search("[\u0600-\u06ff]", arabic.title)


def test_what_stands_in_italics_is_called_so_on_the_screen_in_both_languages():
    called = {
        (one.title, other.title) for one, other in zip(list_chapters("en"), list_chapters("ar"), strict=True)
    }
    for room in list_rooms():
        called |= {(message.id, message.string) for message in read_catalog(po_path(room))}
    for english, arabic in zip(list_chapters("en"), list_chapters("ar"), strict=True):
        pairs = zip(*(re.findall("<em>(.+?)</em>", one.html) for one in (english, arabic)), strict=True)
        assert set(pairs) <= called, english.name


def test_every_address_of_the_console_has_a_chapter():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    missing = {name for name in names if not find_chapter(name) and not WITHOUT_CHAPTER.match(name)}

    assert missing == set()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_anybody_may_read_every_chapter(client, language):
    headers = {"Accept-Language": language}
    listed = client.get(reverse("guide"), headers=headers).content.decode()
    for chapter in list_chapters(language):
        page = client.get(reverse("guide-chapter", args=[chapter.name]), headers=headers)
        assert page.status_code == 200
        assert conditional_escape(chapter.title) in page.content.decode()
        assert conditional_escape(chapter.title) in listed


def test_there_is_no_other_chapter(client):
    assert client.get(reverse("guide-chapter", args=["secret"])).status_code == 404


def test_a_page_leads_to_its_chapter(client_as, owner):
    page = client_as(owner).get(reverse("customers")).content.decode()

    assert reverse("guide-chapter", args=["customers"]) in page
