import re
from pathlib import Path

import pytest

from wafaa import design

STATIC = Path(design.__file__).parent / "static" / "design"
TEMPLATES = sorted(Path(design.__file__).parents[1].rglob("templates/**/*.html"))


def test_what_a_role_may_not_see_is_refused_in_its_language(cashier, client_as):
    arabic = client_as(cashier).get("/audit/")
    english = client_as(cashier, HTTP_ACCEPT_LANGUAGE="en").get("/audit/")

    assert (arabic.status_code, english.status_code) == (403, 403)
    assert "دورك لا يسمح بهذا" in arabic.content.decode()
    assert "Your role does not allow this" in english.content.decode()


def test_an_unknown_address_says_so_in_the_readers_language(owner, client_as):
    response = client_as(owner).get("/no-such-page/")

    assert response.status_code == 404
    assert "لا توجد صفحة على هذا العنوان" in response.content.decode()


def test_a_character_that_the_database_cannot_hold_is_no_failure_of_ours(owner, client_as):
    response = client_as(owner, HTTP_ACCEPT_LANGUAGE="en").get("/rewards/pictures/%00/")

    assert response.status_code == 400
    assert "Type it by hand" in response.content.decode()


def test_the_styles_know_no_left_and_right():
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "design.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)|float:|(?<![-\w])(?:left|right)\s*:", css
    )
    assert physical == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_carries_script_or_style_inline(path):
    text = path.read_text(encoding="utf-8")
    if {"report", "mail", "summary.html"} & set(path.parts):  # one file that must open without any other
        return
    text = text.replace('<script type="application/ld+json">', "")  # data, which no browser runs
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=\"|\sstyle=\"|<style", text), path


def test_every_icon_that_a_template_names_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert named <= drawn
