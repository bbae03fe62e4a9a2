"""render(): values in their places, what is missing, languages that stand in, and hostile values."""

import re
from datetime import date
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wafaa.act.messages.rendering.compiling import compile_texts
from wafaa.act.messages.rendering.frame import Style
from wafaa.act.messages.rendering.liquid import close_once
from wafaa.act.messages.rendering.names import NAMES, build_samples
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Content, Lack, Missing, Rendered, Setting

SETTING = Setting(
    zone=ZoneInfo("Asia/Riyadh"), currency="SAR", business={"ar": {"name": "محمصة"}, "en": {"name": "Palm"}}
)
ARABIC = Setting(zone=ZoneInfo("Asia/Riyadh"), currency="SAR", digits="arabic")
LINKS = {"unsubscribe": "https://a.example/u/1", "preferences": "https://a.example/p/1"}


def make_content(texts, purpose="service", languages=("ar", "en")):
    made = compile_texts(texts, purpose=purpose, blocks={}, style=Style())
    assert made.problems == []
    return Content(key="test", compiled=made.texts, languages=languages)


def say(text, values, *, language="en", setting=SETTING, **more):
    """An SMS with the text, or what it lacks."""
    found = render(
        make_content({language: {"sms": {"text": text}}}),
        language=language,
        channel="sms",
        values=values,
        setting=setting,
        **more,
    )
    return found.text if isinstance(found, Rendered) else found


def test_values_are_written_as_people_of_the_language_read_them():
    values = {
        "order": {"total": {"minor": 123_450, "currency": "SAR"}, "at": "2026-11-22T21:30:00+00:00"},
        "customer": {"orders": 1_234, "birthday": date(1992, 5, 14)},
    }
    text = "{{ order.total }}|{{ order.at }}|{{ customer.orders }}|{{ customer.birthday }}"

    assert say(text, values) == "SAR 1,234.50|23 November 2026 00:30|1,234|14 May 1992"
    assert say(text, values, language="ar") == (
        "\u20681,234.50 ر.س.\u2069|\u206823 نوفمبر 2026 00:30\u2069|1,234|\u206814 مايو 1992\u2069"
    )
    assert (
        say(
            "{{ customer.orders }} {{ offer.percent | percent }}",
            values | {"offer": {"percent": 10}},
            language="ar",
            setting=ARABIC,
        )
        == "١٬٢٣٤ ١٠٪"
    )


def test_a_sentence_that_ends_with_a_currency_has_one_stop():
    values = {"order": {"total": {"minor": 175, "currency": "SAR"}}}

    assert say("{{ order.total }}. ../a …ok...", values, language="ar") == "\u20681.75 ر.س.\u2069 ../a …ok..."
    assert say("{{ order.total }}.", values) == "SAR 1.75."
    assert close_once("<p><bdi>1.75 ر.س.</bdi>.</p>") == "<p><bdi>1.75 ر.س.</bdi></p>"


def test_days_have_two_calendars_and_several_shapes():
    values = {"customer": {"birthday": "2026-02-18"}}

    assert say("{{ customer.birthday | hijri }}", values) == "1 Ramadan 1447 AH"
    assert say("{{ customer.birthday | hijri }}", values, language="ar") == "\u20681 رمضان 1447 هـ\u2069"
    assert say("{{ customer.birthday | date: 'weekday' }}", values) == "Wednesday, 18 February"


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (1, "عام"),
        (2, "عامان"),
        (3, "\u20683 أعوام\u2069"),
        (11, "\u206811 عامًا\u2069"),
        (100, "\u2068100 عام\u2069"),
    ],
)
def test_nouns_follow_their_number_in_arabic(years, said):
    text = "{{ customer.years | plural: one: 'عام', two: 'عامان', few: '# أعوام', many: '# عامًا', other: '# عام' }}"

    assert say(text, {"customer": {"years": years}}, language="ar") == said


def test_a_missing_value_never_prints_an_empty_greeting():
    assert say(
        "Hello {{ customer.first_name }}, {{ order.number }}", {"customer": {"first_name": ""}}
    ) == Missing(lack=Lack.VALUES, names=("customer.first_name", "order.number"))
    assert say("Hello {{ customer.first_name | default: 'there' }}", {}) == "Hello there"
    assert say("Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %}!", {}) == "Hello!"


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.first_name | upcase }}",
        "{{ customer.first_name | append: '!' }}",
        "{{ 'Dear ' | append: customer.first_name }}",
        "{% assign who = customer.first_name %}{{ who }}",
        "{% for line in order.lines %}{{ line.name }}{% endfor %}",
        "{{ order.lines.first.name }}",
        "{{ order.total | times: 2 }}",
    ],
)
def test_what_is_reckoned_of_a_missing_value_is_missing(text):
    assert isinstance(say(text, {}), Missing)


def test_a_value_that_cannot_be_what_its_name_says_is_missing_not_wrong():
    values = {
        "order": {"total": "a lot", "at": "yesterday"},
        "customer": {"years": "NaN", "orders": {"x": 1}},
    }

    for name in ("order.total", "order.at", "customer.years"):
        assert say(f"{{{{ {name} }}}}", values) == Missing(lack=Lack.VALUES, names=(name,))


def test_the_persons_language_comes_first_then_the_templates_order():
    content = make_content(
        {
            "ar": {"sms": {"text": "مرحبًا"}, "email": {"subject": "أ", "body": "ب"}},
            "en": {"sms": {"text": "Hi"}},
        }
    )

    def choose(language, channel="sms"):
        found = render(content, language=language, channel=channel, values={}, setting=SETTING)
        return (found.language, found.direction) if isinstance(found, Rendered) else found

    assert choose("en-GB") == ("en", "ltr")
    assert choose("fr") == ("ar", "rtl")
    assert choose("en", "email") == ("ar", "rtl")
    assert choose("en", "push") == Missing(lack=Lack.CONTENT)


def test_addresses_are_rewritten_but_not_those_that_stop_messages():
    content = make_content(
        {
            "en": {
                "email": {
                    "subject": "x",
                    "body": "[Go](https://shop.example/?a=1&code={{ offer.code }})\n\nhttps://shop.example/x.",
                }
            }
        },
        purpose="marketing",
    )
    found = render(
        content,
        language="en",
        channel="email",
        values={"offer": {"code": "A B&C"}},
        setting=SETTING,
        links=LINKS,
        rewrite=lambda address: f"https://l.example/?to={len(address)}",
    )

    assert isinstance(found, Rendered)
    went = "https://shop.example/?a=1&code=A%20B%26C"
    assert f'href="https://l.example/?to={len(went)}"' in found.html
    assert f"Go:\nhttps://l.example/?to={len(went)}" in found.text
    assert 'href="https://a.example/u/1"' in found.html
    assert "<https://a.example/u/1>" in found.text


def test_an_address_in_an_arabic_sms_has_no_invisible_marks():
    text = say(
        "الرابط https://s.example/?c={{ offer.code }} {{ cart.url }}",
        {"offer": {"code": "AB-1"}, "cart": {"url": "https://s.example/c"}},
        language="ar",
    )

    assert text == "الرابط https://s.example/?c=AB-1 https://s.example/c"


def test_where_a_push_leads_is_looked_at_too():
    content = make_content({"en": {"push": {"subject": "x", "text": "y", "url": "{{ order.url }}"}}})

    def lead(address):
        values = {"order": {"url": address}}
        return render(
            content,
            language="en",
            channel="push",
            values=values,
            setting=SETTING,
            rewrite=lambda told: f"https://l.example/{len(told)}",
        ).url

    assert lead("https://shop.example/1") == "https://l.example/22"
    assert lead("javascript:alert(1)") == ""


class Elements(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend((tag, name) for name, _value in attrs)
        self.addresses = [
            *getattr(self, "addresses", []),
            *(value for name, value in attrs if name in {"href", "src"}),
        ]

    def handle_data(self, data):
        self.words.append(data)


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        "javascript:alert(1)",
        "JaVa\tscript:alert(1)",
        "data:text/html,<script>1</script>",
        "--><script>1</script>",
        "</title><script>1</script>",
        "{{ customer.email }}{% for i in (1..9) %}x{% endfor %}",
        "\u202e\u2066\u2067evil",
        "\r\nBcc: all@shop.example",
        "]]>",
        "&lt;b&gt;&#60;script&#62;",
    ]
)
MAIL = make_content(
    {
        "ar": {
            "email": {
                "subject": "إلى {{ customer.name }}",
                "preheader": "{{ customer.city }}",
                "body": """
<mj-text css-class="a {{ customer.city }}">أهلًا {{ customer.name }}
<a href="{{ customer.city }}" title="{{ customer.name }}">x</a>
<a href="https://s.example/{{ customer.city }}/?q={{ customer.name }}">y</a></mj-text>
<mj-button href="{{ product.url }}">{{ customer.name }}</mj-button>
<mj-image src="{{ product.picture }}" alt="{{ customer.name }}" />
""",
            },
        }
    }
)
PLAIN = {"name": "نورة", "city": "جدة"}


def render_mail(name, city, url):
    return render(
        MAIL,
        language="ar",
        channel="email",
        values={"customer": {"name": name, "city": city}, "product": {"url": url, "picture": url}},
        setting=SETTING,
    )


BENIGN = Elements(render_mail("نورة", "جدة", "https://a.example/").html)


@given(HOSTILE, HOSTILE, HOSTILE)
@example("<script>", '"><script>', "javascript:alert(1)")
@settings(max_examples=300)
def test_no_value_changes_the_markup_or_leads_where_it_must_not(name, city, url):
    found = render_mail(name, city, url)

    if isinstance(found, Missing):
        assert not (name.strip() and city.strip() and url.strip())
        return
    seen = Elements(found.html)
    assert [tag for tag in seen.tags if tag != "bdi"] == [tag for tag in BENIGN.tags if tag != "bdi"]
    assert {one for one in seen.attributes if one[0] != "bdi"} == {
        one for one in BENIGN.attributes if one[0] != "bdi"
    }
    for address in seen.addresses:
        assert re.match(r"https?://|mailto:|tel:|sms:|whatsapp:|#$", address.lower())
    assert "\n" not in found.subject
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2067") & set(found.html + found.text + found.subject)
    opened = sum(found.text.count(mark) for mark in "\u2066\u2068")
    assert opened == found.text.count("\u2069")


@given(
    st.dictionaries(
        st.sampled_from(["name", "first_name", "orders", "birthday", "years", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
            ),
            max_leaves=3,
        ),
    )
)
def test_whatever_a_value_is_render_answers(values):
    found = say(
        "{{ customer.name }} {{ customer.orders }} {{ customer.birthday | date }} {{ customer.years | plus: 1 }}",
        {"customer": values},
    )

    assert isinstance(found, str | Missing)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..60) %}{% for j in (1..60) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..40) %}x{% endfor %}" * 60,
        "{% assign a = 'xxxxxxxxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40 + "{{ a }}",
        "{% assign a = 'xxxxxxxx' %}" + "{% assign a = a | replace: 'x', a %}" * 10 + "{{ a }}",
        "{% assign a = 9999999 %}" + "{% assign a = a | times: a %}" * 30 + "{{ a }}",
        "{{ 1 | divided_by: 0 }}",
        "{{ 'x' | times: 2 }}",
        "{% if true %}" * 40 + "x" + "{% endif %}" * 40,
        "{{ " + "9" * 5_000 + " }}",
    ],
)
def test_work_without_end_is_refused_when_saved(text):
    made = compile_texts({"en": {"sms": {"text": text}}}, purpose="service", blocks={}, style=Style())

    assert [(one.code in {"trial", "too_long", "broken"}) for one in made.problems] == [True]


def test_a_list_longer_than_the_limits_is_no_endless_message():
    values = {"order": {"lines": [{"name": "x" * 3_000}] * 5_000}}
    text = "{% for line in order.lines %}{{ line.name }}{% endfor %}"

    assert isinstance(say(text, values), Missing | str)
    values = {"order": {"lines": [{"name": "x"}] * 5_000}}
    nested = "{% for a in order.lines %}{% for b in order.lines %}{{ b.name }}{% endfor %}{% endfor %}"
    assert say(nested, values) == Missing(lack=Lack.LIMITS, detail="loops")


@given(st.text(alphabet="{}%| .'\"abcforindefault:123()-\n<>/mjtx", max_size=80))
@settings(max_examples=300)
def test_whatever_is_written_is_compiled_or_told_what_is_wrong(text):
    made = compile_texts(
        {"ar": {"email": {"subject": text[:20] or "x", "body": text}, "sms": {"text": text}}},
        purpose="marketing",
        blocks={},
        style=Style(),
    )

    for problem in made.problems:
        assert str(problem)
    for channel in made.texts.get("ar", {}):
        found = render(
            Content(key="", compiled=made.texts),
            language="ar",
            channel=channel,
            values=build_samples("ar"),
            setting=SETTING,
            links=LINKS,
        )
        assert not (isinstance(found, Missing) and found.lack is Lack.BROKEN)


def test_values_may_bring_addresses_and_never_those_that_stop_messages():
    text = "{{ links.survey }} {{ links.unsubscribe }}"
    found = render(
        Content(key="x", compiled={"en": {"sms": {"text": text}}}),
        language="en",
        channel="sms",
        values={"links": {"survey": "https://s.example/1", "unsubscribe": "https://evil.example"}},
        setting=SETTING,
        links=LINKS,
    )

    assert isinstance(found, Rendered)
    assert found.text == "https://s.example/1 https://a.example/u/1"


def test_a_template_asks_only_for_addresses_that_somebody_fills():
    assert {path for path in NAMES if path.startswith("links.")} == {f"links.{name}" for name in LINKS}
