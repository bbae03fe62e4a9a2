"""The lines for a shop's pages, and the script's address."""

from wafaa.listen.surveys.embedding.snippets import write_snippet

SITE = "https://wafaa.example.com"


def test_a_part_of_a_page_has_a_link_for_who_has_no_scripts():
    lines = write_snippet(
        kind="embed", token="a1", site=SITE, link_text="أجب", settings={"event": "no pop-up"}
    )

    assert lines == (
        f'<div data-wafaa-survey="a1"><a href="{SITE}/s/a1/">أجب</a></div>\n'
        f'<script async src="{SITE}/surveys.js"></script>'
    )


def test_a_pop_up_carries_its_moment_and_nothing_breaks_out_of_it():
    settings = {"event": 'x" onload="alert(1)', "share": 25, "exit": True, "audience": "", "after": 0}
    first = write_snippet(
        kind="popup",
        token="a1",
        site=SITE,
        link_text="",
        settings=settings,
        hidden={"order_id": "7&8"},
    ).splitlines()[0]

    assert first == (
        '<div data-wafaa-popup="a1" data-event="x&quot; onload=&quot;alert(1)" data-after="0" data-share="25"'
        ' data-with="order_id=7%268" data-exit></div>'
    )


def test_the_script_is_open_to_every_site(client):
    answer = client.get("/surveys.js")

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")
    assert client.get("/surveys.js", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
