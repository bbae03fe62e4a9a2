"""What the demo shop's customers write, by how satisfied they were: Arabic, half of it dialect, and English."""

from collections.abc import Mapping, Sequence

# stars -> what people say of a delivery; late ones have reasons of their own
LATE: Mapping[str, Sequence[str]] = {
    "ar": (
        "التوصيل تأخر يومين عن الموعد ومحد رد علي.",
        "الطلب وصل متأخر والقهوة كانت هدية، راحت المناسبة.",
        "انتظرت المندوب طول اليوم وما جاء.",
        "تأخر التوصيل كثيرًا ولم يخبرني أحد.",
    ),
    "en": (
        "The parcel came two days late and nobody told me.",
        "I waited at home all day, the courier never called.",
        "Late again. It was meant to be a gift.",
    ),
}
DELIVERED: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {
        "ar": ("الكيس كان مفتوح والقهوة منثورة في الكرتون.", "أسوأ تجربة، الكوب وصل مكسور."),
        "en": ("The bag was open and half of the coffee was in the box.", "The cup arrived broken."),
    },
    2: {
        "ar": ("التغليف ضعيف والعلبة وصلت متضررة.", "المندوب تعامله سيئ ورمى الطلب عند الباب."),
        "en": ("Poor packaging, the tin was dented.", "The courier was rude and left it at the door."),
    },
}
VISITED: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {
        "ar": ("الانتظار نص ساعة عشان كوب قهوة!", "الموظف رد علي بأسلوب سيئ أمام الناس."),
        "en": ("Half an hour of waiting for one coffee.", "The man at the till was rude to me."),
    },
    2: {
        "ar": ("الزحمة كبيرة والطاولات ما كانت نظيفة.", "القهوة باردة والسعر مرتفع."),
        "en": ("Crowded, and the tables were not clean.", "Cold coffee for a high price."),
    },
}
IMPROVED: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {
        "ar": ("ردوا على الرسائل على الأقل.", "أرجعت المنتج من أسبوعين ولم يصلني المبلغ حتى الآن."),
        "en": ("Answer my messages, at least.", "I returned it two weeks ago and still have no refund."),
    },
    2: {
        "ar": ("السعر صار أغلى من غيركم بدون سبب.", "التوصيل بطيء مقارنة بالمتاجر الثانية."),
        "en": ("Your prices went up for no reason.", "Delivery is slow compared to others."),
    },
    3: {
        "ar": ("عادي، بس ودي يكون فيه أحجام أصغر.", "لا بأس، أتمنى خيارات أكثر بدون كافيين."),
        "en": ("Fine, but I would like smaller bags.", "Okay. More decaf, please."),
    },
    4: {
        "ar": ("لو تضيفون الدفع عند الاستلام.", "أتمنى تغليفًا أنسب للهدايا."),
        "en": ("A monthly subscription, please.", "A gift wrap would help."),
    },
    5: {
        "ar": ("أتمنى اشتراكًا شهريًا للقهوة.", "ودنا ببرنامج نقاط للزبائن الدائمين.", "أحجام أصغر للتجربة."),
        "en": (
            "A monthly subscription, please.",
            "Points for regular customers would be nice.",
            "Smaller bags to try.",
        ),
    },
}
EXPLAINED: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {
        "ar": ("تواصلت معكم ثلاث مرات وما أحد رد علي.", "أرجعت المنتج من أسبوعين ولم يصلني المبلغ حتى الآن."),
        "en": ("Nobody answers my messages.", "I returned it two weeks ago and still have no refund."),
    },
    2: {
        "ar": ("السعر صار أغلى من غيركم بدون سبب.", "الموقع يعلّق عند الدفع."),
        "en": ("Your prices went up for no reason.", "The site hangs at checkout."),
    },
    3: {
        "ar": ("عادي، مثل غيركم.", "القهوة جيدة لكن التوصيل بطيء."),
        "en": ("Fine, like others.", "Good coffee, slow delivery."),
    },
    4: {
        "ar": ("جودة جميلة وتعامل طيب.", "البن ممتاز والسعر مناسب."),
        "en": ("Lovely coffee at a fair price.", "Friendly staff."),
    },
    5: {
        "ar": (
            "ما شاء الله، أفضل محمصة جربتها.",
            "كل شيء رائع، استمروا.",
            "البن طازج والتعامل راقي، شكرًا لكم.",
        ),
        "en": (
            "The best roastery in town.",
            "Fresh beans and kind people. Keep going.",
            "Fast delivery, great quality.",
        ),
    },
}
REVIEWED: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {"ar": ("طعمها محروق وما تستاهل السعر.",), "en": ("Tastes burnt, not worth the price.",)},
    2: {"ar": ("أقل من المتوقع، والحبوب غير متساوية.",), "en": ("Less than I expected.",)},
    3: {"ar": ("جيدة، لكن جربت أفضل منها.",), "en": ("Good, though I have had better.",)},
    4: {"ar": ("نكهة متوازنة، والتغليف أنيق.",), "en": ("Balanced taste, nicely packed.",)},
    5: {
        "ar": ("رائحة وطعم ولا أروع!", "طازجة وتصل بسرعة، أنصح بها."),
        "en": ("Wonderful aroma. I order it again and again.",),
    },
}
# What it says, whatever the score: these few are what a manager looks for.
MISMATCHED: Mapping[str, Sequence[str]] = {
    "ar": ("أعطيتكم خمس نجوم بالغلط، التوصيل تأخر أسبوع والمنتج وصل مكسور ولا أحد يرد.",),
    "en": ("Terrible delivery, a broken cup and nobody answers my calls.",),
}


def choose(said: Mapping[str, Sequence[str]], language: str, lot: int) -> str:
    """One of the sentences in this language."""
    sentences = said["ar" if language == "ar" else "en"]
    return sentences[lot % len(sentences)]
