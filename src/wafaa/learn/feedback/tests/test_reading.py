"""What is read in a comment, without a database."""

import json

import pytest

from wafaa.kit.text import fold
from wafaa.learn.feedback.reading.comments import read_comments
from wafaa.learn.feedback.reading.letters import detect_language, fold_quickly
from wafaa.learn.feedback.reading.lexicon import DATA, weigh_words
from wafaa.learn.feedback.reading.topics import TOPICS
from wafaa.learn.feedback.rules import disagrees, list_said, make_query, make_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("الخدمة ممتازة", "ar"),
        ("خدمة العملاء ok", "ar"),
        ("The service was great", "en"),
        ("Bon service", "en"),  # no word tells it apart
        ("le service est très bon et pas cher", "other"),
        ("این محصول خیلی خوب است", "other"),
        ("12345 !!", "other"),
        ("", "other"),
    ],
)
def test_the_language_is_told_by_letters_and_by_words_of_every_sentence(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("تجربة سيئة جدا والموظف وقح", "negative"),
        ("الخدمة رائعة وانصح الجميع", "positive"),
        ("المكان وحش ومعفن ومش هاجي تاني", "negative"),
        ("كتير حلو والشباب لطيفين", "positive"),
        ("Terrible quality, it fell apart and I want a refund", "negative"),
        ("Absolutely love it, fits perfectly", "positive"),
    ],
)
def test_plain_feelings_are_read_in_both_languages_and_in_dialects(text, sentiment):
    assert read_comments([text])[0].sentiment == sentiment


def test_what_is_in_no_known_language_is_unsure_and_marks_nothing():
    (one,) = read_comments(["这个产品很好"])

    assert (one.language, one.sentiment, one.confidence, one.spans) == ("other", "unsure", 0.0, ())


def test_topics_and_spans_point_into_the_text():
    text = "التوصيل تأخر والموظف وقح"
    (one,) = read_comments([text])

    assert set(one.topics) >= {"delivery", "staff"}
    assert {text[span.start : span.end] for span in one.spans} <= set(text.split())
    assert one.spans


GULF = (
    "زرت الفرع يوم الخميس بعد المغرب مع العائلة وكان المكان مرتب والإضاءة حلوة بس الصراحة الكاشير كان أسلوبه سيء معنا"
    " وما رد السلام وخلانا ننتظر عند الطاولة أكثر من نص ساعة لين جانا الطلب والأسعار صارت أغلى من أول بكثير"
)
EGYPTIAN = (
    "انا بقالي سنين بشتري منكم وكنت دايما مبسوط من الحاجة اللي بتيجي بس المرة دي المندوب كان بيقفل السكة في وشي"
    " والشحنة اتأخرت عشر ايام وفي الآخر جالي لون تاني خالص غير اللي في الصورة ولما طلبت استرجاع محدش رد عليا"
)
LEVANTINE = (
    "صراحة كل ما منيجي عالمطعم منكون مبسوطين والقعدة بتجنن والأكل طيب بس هالمرة الحمامات كانت وسخة كتير ونطرنا شي ساعة لحتى"
    " إجا حدا ياخد الطلب وبالآخر الحساب طلع غالي وما بيستاهل"
)
STANDARD = (
    "أتسوق من متجركم منذ أكثر من ثلاثة أعوام وأنصح به كل من أعرف، غير أن التطبيق بعد آخر تحديث صار يغلق وحده كلما وصلت إلى صفحة"
    " الدفع، وقد تواصلت مع خدمة العملاء مرتين فكان الرد لطيفا من دون أن تحل المشكلة"
)
ENGLISH = (
    "We have been coming to this branch for years and the kids love it, but last Saturday the waiter was rude to my mother, the"
    " table next to us was still dirty when we sat down, and we waited almost an hour before anybody brought the menu although"
    " half of the place was empty and there was nobody at the counter either"
)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        (GULF, {"staff", "waiting", "price"}),
        (EGYPTIAN, {"delivery", "product", "returns"}),
        (LEVANTINE, {"cleanliness", "waiting", "price"}),
        (STANDARD, {"website", "staff"}),
        (ENGLISH, {"staff", "cleanliness", "waiting"}),
        (
            " ".join([ENGLISH, "Thank you for reading this far, it had to be said."] * 3),
            {"staff", "cleanliness"},
        ),
    ],
    ids=["Gulf", "Egyptian", "Levantine", "standard", "English", "very long"],
)
def test_a_topic_is_not_lost_in_a_long_sentence(text, topics):
    assert set(read_comments([text])[0].topics) >= topics


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The staff were rude and they ignored us", {"rude", "ignored"}),
        ("There were stains everywhere and it was not clean", {"not clean"}),
        ("They were lovely from the first minute", {"lovely"}),
        ("On the second day it fell apart", {"fell apart"}),
        ("الموظفين كانوا وقحين معنا", {"وقحين"}),
        ("المُوَظَّفُ وَقِحٌ وكانَ يَصْرُخُ", {"وَقِحٌ"}),
        ("المكان اللي رحنا له كان وسخ ومقرف", {"وسخ", "ومقرف"}),
        ("بصراحة مش هاجي تاني الاكل كان وحش اوي", {"وحش"}),
        ("كانت تجربة رائعة مع الجميع", {"رائعة"}),
        ("لا أنصح أحدا بهذا المكان", {"لا أنصح"}),
    ],
)
def test_what_is_marked_is_what_people_feel_not_the_words_between(text, marked):
    spans = {text[span.start : span.end] for span in read_comments([text])[0].spans}

    assert spans >= marked
    assert not spans & {
        "were",
        "They",
        "they",
        "There",
        "كانوا",
        "كان",
        "كانت",
        "كانَ",
        "اللي",
        "المكان",
        "معنا",
        "بهذا",
    }


def test_a_negation_turns_a_word_around():
    assert weigh_words(["مو", "حلو"], "ar")[0] < 0
    assert sum(weigh_words(["غير", "نظيف"], "ar")) < 0
    assert sum(weigh_words(["لا", "انصح"], "ar")) < 0


def test_at_least_three_hundred_comments_are_labelled_here_and_well_formed():
    rows = [json.loads(line) for line in (DATA / "comments.jsonl").read_text().splitlines()]

    assert len(rows) >= 300
    assert {topic for row in rows for topic in row["topics"]} == set(TOPICS)
    assert {row["sentiment"] for row in rows} == {"negative", "neutral", "positive"}


def test_folding_quickly_says_what_folding_says():
    texts = [json.loads(line)["text"] for line in (DATA / "comments.jsonl").read_text().splitlines()]
    texts += ["الأَسْعارُ ١٢٣ !", "Straße É", "  a\n b ", "ﷺ ؤئ ـــ", "😀 ok"]

    assert [fold_quickly(text) for text in texts] == [fold(text) for text in texts]


def test_models_are_small():
    assert sum(one.stat().st_size for one in DATA.glob("*.npz")) < 3_000_000


def test_marks_and_variants_of_letters_do_not_change_the_words_of_search():
    assert make_words("الأَسْعارُ مُرتفِعةٌ") == make_words("الاسعار مرتفعه")
    assert make_query("'; drop & | ! :*") == "('drop':*)"
    assert make_query("!!! ؟") == ""


@pytest.mark.parametrize(
    "properties", ["", "[]", "null", '{"answers": 5}', '{"answers": [1, {"type": "long_text", "text": {}}]}']
)
def test_hostile_contents_give_no_comment(properties):
    assert (
        list_said(name="Survey Answered", message_id="m", distinct_id="d", at=None, properties=properties)
        == []
    )


def test_score_and_words_disagree_only_where_both_are_clear():
    assert disagrees(1.0, "negative", 0.9)
    assert disagrees(0.0, "positive", 0.9)
    assert not disagrees(1.0, "negative", 0.6)
    assert not disagrees(0.5, "negative", 0.99)
    assert not disagrees(None, "negative", 0.99)
