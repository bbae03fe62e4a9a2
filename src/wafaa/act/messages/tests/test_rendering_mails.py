"""Mails: words and MJML in the frame, mirrored in Arabic, with each value safe where it stands; what is refused, and why."""

import re

import pytest

from wafaa.act.messages.rendering.checking import check
from wafaa.act.messages.rendering.compiling import compile_texts, find_gaps
from wafaa.act.messages.rendering.frame import Style


def compile_one(body, *, language="en", purpose="service", subject="Hello", blocks=None, **fields):
    return compile_texts(
        {language: {"email": {"subject": subject, "body": body, **fields}}},
        purpose=purpose,
        blocks=blocks or {},
        style=Style(),
    )


def get_mail(made, language="en"):
    assert made.problems == []
    return made.texts[language]["email"]


def test_words_become_paragraphs_headings_lists_buttons_and_pictures():
    html = get_mail(
        compile_one(
            "# One\n\nTwo **three** [four](https://a.example)\n\n- five\n\n[Six](https://b.example)\n\n"
            "![Seven](https://c.example/7.png)\n\n---\n"
        )
    )["html"]

    assert ">One</div>" in html
    assert "<strong>three</strong>" in html
    assert "<li>five</li>" in html
    assert re.search(r'<a href="{% _address %}https://b\.example{% end_address %}"[^>]*>Six</a>', html)
    assert re.search(r'<img[^>]* alt="Seven"[^>]* src="https://c\.example/7\.png"', html)
    assert "<mj-" not in html


def test_markup_of_the_authors_own_in_plain_words_is_words():
    html = get_mail(compile_one("a <script>x</script> b"))["html"]

    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_conditions_and_loops_stand_between_paragraphs():
    mail = get_mail(compile_one("{% if order.url %}\n\nSee {{ order.url }}\n\n{% endif %}"))

    assert re.search(r"{% if order\.url %}<tr>.*{{ order\.url }}.*</tr>{% endif %}", mail["html"])
    assert mail["text"].startswith("{% if order.url %}\n\nSee {{ order.url }}\n\n{% endif %}")


def test_arabic_runs_from_right_to_left_in_larger_type_and_its_letters_stay_together():
    body = (
        '<mj-section><mj-column><mj-text align="start" letter-spacing="2px">'
        '<span style="letter-spacing: 3px; text-align:end">أ</span></mj-text></mj-column>'
        '<mj-column><mj-text align="end">ب</mj-text></mj-column></mj-section>'
    )
    arabic = get_mail(compile_one(body, language="ar", subject="س"), "ar")["html"]
    english = get_mail(compile_one(body))["html"]

    assert '<html lang="ar" dir="rtl"' in arabic
    assert "direction:ltr" not in arabic
    assert "letter-spacing" not in arabic
    assert "letter-spacing" in english
    assert "text-align:left" in arabic[arabic.index("<span") : arabic.index("</span>")]
    assert "font-size:19px" in arabic
    assert "font-size:16px" in english
    assert pytest.approx(1.18, abs=0.02) == 19 / 16
    assert "fonts.googleapis" not in arabic


def test_each_value_is_marked_for_the_place_where_it_stands():
    html = get_mail(
        compile_one(
            '<mj-text>{{ customer.name }} <a href="https://a.example/{{ order.number }}" '
            'title="{{ customer.city }}">x</a></mj-text>'
            '<mj-button href="{{ order.url }}">{{ customer.name }}</mj-button>'
            '<mj-image src="{{ product.picture }}" alt="{{ product.name }}" />',
            subject="{{ customer.name }}",
        )
    )["html"]

    assert ">{{ customer.name }} <a" in html
    assert "{% _address %}https://a.example/{{ order.number | _part }}{% end_address %}" in html
    assert 'title="{{ customer.city | _attribute }}"' in html
    assert 'href="{% _address %}{{ order.url | _whole }}{% end_address %}"' in html
    assert 'src="{% _source %}{{ product.picture | _whole }}{% end_source %}"' in html
    assert 'alt="{{ product.name | _attribute }}"' in html
    assert "<title>{{ customer.name | _attribute }}</title>" in html


@pytest.mark.parametrize(
    ("body", "code", "detail", "line", "nearest"),
    [
        ("a\n\n{{ customer.frist_name }}", "unknown_name", "customer.frist_name", 3, "customer.first_name"),
        ("{{ first_name }}", "unknown_name", "first_name", 1, "customer.first_name"),
        (
            "\n{% for one in order.lines %}{{ one.nmae }}{% endfor %}",
            "unknown_name",
            "one.nmae",
            2,
            "one.name",
        ),
        ("{{ order.total | mony }}", "unknown_filter", "mony", 1, "money"),
        ("{% if order.url %}", "broken", "expected tag endif, found end of expression", 0, ""),
        ("{% include 'x' %}", "broken", "unexpected tag 'include'", 1, ""),
        ("{% render 'nothing' %}", "unknown_block", "nothing", 1, ""),
        ("<mj-text>a</mj-text>\n<mj-buton>b</mj-buton>", "unknown_element", "mj-buton", 2, "mj-button"),
        ("<mj-text><script>1</script></mj-text>", "unknown_element", "script", 1, "strip"),
        ('<mj-include path="/etc/passwd" />', "unknown_element", "mj-include", 1, "mj-section"),
        ('<mj-button href="javascript:1">a</mj-button>', "address", "javascript:1", 1, ""),
        ('<mj-button href="/orders">a</mj-button>', "address", "/orders", 1, ""),
        ('<mj-text><b onclick="x">a</b></mj-text>', "placed_wrong", "onclick", 1, ""),
        ('<mj-text><b style="color: {{ customer.city }}">a</b></mj-text>', "placed_wrong", "style", 0, ""),
        ("<mj-text>a\n</mj-column>", "mjml", "<mj-text> … </mj-column>", 2, ""),
        ("<mj-section><mj-column><mj-text>a</mj-text></mj-column>", "mjml", "<mj-section>", 1, ""),
    ],
)
def test_what_cannot_be_saved_is_told_with_its_line_and_what_may_be_meant(body, code, detail, line, nearest):
    problem = compile_one(body).problems[0]

    assert (problem.code, problem.line) == (code, line)
    assert detail is None or problem.detail == detail
    if code.startswith("unknown") and nearest != "strip" and detail != "mj-include":
        assert problem.nearest == nearest
    assert (problem.language, problem.channel) == ("en", "email")


def test_what_must_be_filled_in_is_asked_for():
    made = compile_texts(
        {"en": {"email": {"body": "x"}, "push": {"text": "x"}}}, purpose="service", blocks={}, style=Style()
    )

    assert [(one.code, one.channel, one.field) for one in made.problems] == [
        ("needed", "email", "subject"),
        ("needed", "push", "subject"),
    ]


def test_an_offer_says_how_to_stop_offers_and_a_receipt_does_not():
    offer, receipt = compile_one("x", purpose="marketing"), compile_one("x", purpose="service")

    assert "links.unsubscribe" in get_mail(offer)["html"]
    assert "links.unsubscribe" in get_mail(offer)["text"]
    assert "links.unsubscribe" not in get_mail(receipt)["html"]
    own = get_mail(compile_one("[Stop]({{ links.unsubscribe }})", purpose="marketing"))
    assert own["html"].count("links.unsubscribe") == 1


def test_a_text_of_ones_own_takes_the_place_of_the_made_one():
    mail = get_mail(compile_one("Long", text="Short {{ order.number }}", purpose="marketing"))

    assert mail["text"].startswith("Short {{ order.number }}\n\n――――")
    assert "Long" not in mail["text"]
    assert "links.unsubscribe" in mail["text"]


def test_blocks_stand_in_their_language_and_in_one_another():
    blocks = {
        "sign": {"en": "Yours, {% render 'team' %}", "ar": "مع التحية"},
        "team": {"en": "the {{ business.name }} team"},
        "circle": {"en": "{% render 'circle' %}"},
        "footer": {"en": "<mj-text>Foot</mj-text>"},
    }
    made = compile_one("Hi\n\n{% render 'sign' %}", blocks=blocks)

    assert "Yours, the {{ business.name }} team" in get_mail(made)["html"]
    assert ">Foot</div>" in get_mail(made)["html"]
    assert made.blocks == {"sign", "team", "footer"}
    assert compile_one("{% render 'circle' %}", blocks=blocks).problems[0].code == "unknown_block"


def test_names_of_loops_and_of_assignments_are_followed():
    text = (
        "{% for line in order.lines %}{{ line.name }}{{ forloop.index }}{% endfor %}"
        "{% assign first = order.lines.first %}{{ first.price }}{{ event.anything }}{{ order.lines.size }}"
    )

    problems, names = check(text)

    assert problems == []
    assert names == {"order.lines", "order.lines[].name", "order.lines[].price", "event.anything"}


def test_what_a_language_lacks_is_counted():
    content = {
        "ar": {"email": {"subject": "س", "body": "ن"}, "sms": {"text": ""}},
        "en": {"email": {"subject": "", "body": "x"}, "sms": {"text": "x"}},
    }

    assert find_gaps(content, ["ar", "en"]) == {("ar", "sms"): ["text"], ("en", "email"): ["subject"]}
