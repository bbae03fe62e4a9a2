"""The one list of names that a template may ask for: what each is called, of which kind it is, and an example."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Below these anything may be asked for: own fields of the business, and the properties of the event that began a run.
OWN = "customer.own"
OPEN_GROUPS = frozenset({OWN, "event"})


class Kind(StrEnum):
    """What a value is: how it is written, and in which direction it runs."""

    TEXT = "text"
    CODE = "code"  # order numbers, phones, codes: left to right always
    LINK = "link"
    NUMBER = "number"
    MONEY = "money"  # {"minor": 1250, "currency": "SAR"}
    DATE = "date"
    MOMENT = "moment"
    YES = "yes"
    LIST = "list"


@dataclass(frozen=True)
class Name:
    """`order.lines[].name` is the name of each item of `order.lines`."""

    path: str
    label: str | Promise
    kind: Kind
    sample_ar: Any
    sample_en: Any = None

    def sample(self, language: str) -> Any:
        ours = self.sample_ar if language.startswith("ar") else self.sample_en
        return self.sample_ar if ours is None else ours


GROUPS: dict[str, Promise] = {
    "customer": _("The customer"),
    OWN: _("Own fields of customers"),
    "business": _("Your business"),
    "order": _("The order"),
    "delivery": _("The delivery"),
    "cart": _("The cart"),
    "product": _("The product"),
    "offer": _("The offer"),
    "gift": _("The gift"),
    "survey": _("The survey"),
    "suggestion": _("The suggestion"),
    "points": _("Points"),
    "tier": _("The tier"),
    "reward": _("The reward"),
    "links": _("Addresses"),
    "event": _("The event that began it"),
}


def _list_lines(group: str, of: Promise) -> tuple[Name, ...]:
    """The goods of an order or a cart."""
    lines = f"{group}.lines"
    return (
        Name(lines, of, Kind.LIST, None),
        Name(f"{lines}[].name", _("name of the goods"), Kind.TEXT, "قهوة حبوب كولومبيا", "Colombia beans"),
        Name(f"{lines}[].sku", _("product number"), Kind.CODE, "CF-250"),
        Name(f"{lines}[].quantity", _("quantity"), Kind.NUMBER, 2),
        Name(f"{lines}[].price", _("price of one"), Kind.MONEY, {"minor": 6_500, "currency": "SAR"}),
        Name(f"{lines}[].total", _("price of the line"), Kind.MONEY, {"minor": 13_000, "currency": "SAR"}),
        Name(f"{lines}[].picture", _("picture"), Kind.LINK, "https://shop.example/coffee.jpg"),
        Name(f"{lines}[].url", _("page of the goods"), Kind.LINK, "https://shop.example/coffee"),
        Name(f"{lines}[].category", _("kind of goods"), Kind.TEXT, "قهوة", "Coffee"),
    )


_CHOICES: tuple[dict[str, str], ...] = tuple(
    {"label": str(one), "text": str(one), "url": f"https://shop.example/s/sample/?a.q={one}"}
    for one in range(1, 6)
)
_ALL: tuple[Name, ...] = (
    Name("customer.name", _("name"), Kind.TEXT, "نورة الحربي", "Emma Clarke"),
    Name("customer.first_name", _("first name"), Kind.TEXT, "نورة", "Emma"),
    Name("customer.number", _("customer number"), Kind.CODE, "C-1042"),
    Name("customer.email", _("e-mail"), Kind.CODE, "noura@shop.example"),
    Name("customer.phone", _("phone"), Kind.CODE, "+966 50 123 4567"),
    Name("customer.city", _("city"), Kind.TEXT, "جدة", "Jeddah"),
    Name("customer.country", _("country"), Kind.TEXT, "المملكة العربية السعودية", "Saudi Arabia"),
    Name("customer.birthday", _("birthday"), Kind.DATE, "1992-05-14"),
    Name("customer.orders", _("number of orders"), Kind.NUMBER, 4),
    Name("customer.first_order_on", _("day of the first order"), Kind.DATE, "2023-11-22"),
    Name("customer.last_order_on", _("day of the last order"), Kind.DATE, "2026-08-02"),
    Name("customer.years", _("full years since the first order"), Kind.NUMBER, 3),
    Name("business.name", _("name of your business"), Kind.TEXT, "محمصة النخيل", "Palm Roastery"),
    Name("business.address", _("postal address"), Kind.TEXT, "طريق الملك فهد، الرياض", "King Fahd Road, Riyadh"),
    Name("business.website", _("website"), Kind.LINK, "https://shop.example"),
    Name("business.logo", _("logo"), Kind.LINK, "https://shop.example/logo.png"),
    Name("business.support", _("how customers reach you"), Kind.CODE, "+966 11 234 5678"),
    Name("order.number", _("order number"), Kind.CODE, "SO-20418"),
    Name("order.at", _("day and time of the order"), Kind.MOMENT, "2026-11-20T16:42:00+00:00"),
    Name("order.total", _("total"), Kind.MONEY, {"minor": 13_500, "currency": "SAR"}),
    Name("order.goods", _("goods, before discount, tax and shipping"), Kind.MONEY, {"minor": 13_000, "currency": "SAR"}),
    Name("order.discount", _("discount"), Kind.MONEY, {"minor": 1_000, "currency": "SAR"}),
    Name("order.tax", _("tax"), Kind.MONEY, {"minor": 1_761, "currency": "SAR"}),
    Name("order.shipping", _("shipping"), Kind.MONEY, {"minor": 1_500, "currency": "SAR"}),
    Name("order.store", _("store"), Kind.TEXT, "فرع العليا", "Olaya branch"),
    Name("order.payment", _("how it was paid"), Kind.TEXT, "بطاقة مدى", "Card"),
    Name("order.url", _("page of the order"), Kind.LINK, "https://shop.example/orders/SO-20418"),
    *_list_lines("order", _("lines of the order")),
    Name("delivery.carrier", _("carrier"), Kind.TEXT, "سمسا", "SMSA"),
    Name("delivery.tracking_number", _("tracking number"), Kind.CODE, "2901 4456 7781"),
    Name("delivery.tracking_url", _("page that tracks it"), Kind.LINK, "https://track.example/290144567781"),
    Name("delivery.promised_on", _("day that was promised"), Kind.DATE, "2026-11-22"),
    Name("delivery.expected_on", _("day that is expected now"), Kind.DATE, "2026-11-25"),
    Name("delivery.delivered_on", _("day of delivery"), Kind.DATE, "2026-11-24"),
    Name(
        "delivery.reason", _("why it is late"), Kind.TEXT,
        "تأخرت شحنة المورّد عند الجمارك", "our supplier's shipment was held at customs",
    ),
    Name("delivery.days_late", _("days late"), Kind.NUMBER, 3),
    *_list_lines("cart", _("lines of the cart")),
    Name("cart.total", _("total of the cart"), Kind.MONEY, {"minor": 13_000, "currency": "SAR"}),
    Name("cart.url", _("page of the cart"), Kind.LINK, "https://shop.example/cart"),
    Name("cart.kept_until", _("kept until"), Kind.DATE, "2026-11-29"),
    Name("product.name", _("name of the goods"), Kind.TEXT, "قهوة إثيوبيا يرغاتشيفي", "Ethiopia Yirgacheffe"),
    Name("product.category", _("kind of goods"), Kind.TEXT, "القهوة المختصة", "speciality coffee"),
    Name("product.price", _("price"), Kind.MONEY, {"minor": 7_200, "currency": "SAR"}),
    Name("product.url", _("page of the goods"), Kind.LINK, "https://shop.example/yirgacheffe"),
    Name("product.picture", _("picture"), Kind.LINK, "https://shop.example/yirgacheffe.jpg"),
    Name(
        "product.about", _("what it is, in a sentence"), Kind.TEXT,
        "إيحاءات زهرية وحمضية خفيفة، ومناسبة للتقطير.", "Floral, lightly acidic, made for the dripper.",
    ),
    Name(
        "product.use", _("how to use it"), Kind.TEXT,
        "تُطحن الحبوب قبل التحضير مباشرة، ويكفي 18 غرامًا لكل 300 مل من الماء.",
        "Grind right before brewing, and start with 18 g for 300 ml of water.",
    ),
    Name(
        "product.care", _("how to care for it"), Kind.TEXT,
        "يُحفظ الكيس مغلقًا بعيدًا عن الضوء والحرارة، ويُستهلك خلال شهر من فتحه.",
        "Keep the bag closed, away from light and heat, and use it within a month of opening.",
    ),
    Name("product.bought", _("what was bought before of its kind"), Kind.TEXT, "قهوة حبوب كولومبيا", "Colombia beans"),
    Name("offer.code", _("code"), Kind.CODE, "WAFAA-10"),
    Name("offer.percent", _("per cent off"), Kind.NUMBER, 10),
    Name("offer.amount", _("amount off"), Kind.MONEY, {"minor": 2_500, "currency": "SAR"}),
    Name("offer.gift", _("gift"), Kind.TEXT, "كوب سيراميك", "a ceramic cup"),
    Name("offer.ends_on", _("last day"), Kind.DATE, "2026-12-06"),
    Name("offer.url", _("page of the offer"), Kind.LINK, "https://shop.example/offer"),
    Name("gift.name", _("what is given"), Kind.TEXT, "100 نقطة", "100 points"),
    Name("gift.note", _("the note of whoever gives it"), Kind.TEXT, "شكرًا لصبرك معنا.", "Thank you for your patience."),
    Name("gift.sender", _("who gives it"), Kind.TEXT, "سارة", "Sara"),
    Name("gift.code", _("code"), Kind.CODE, "GIFT-W4F7-K2NM"),
    Name("gift.ends_on", _("last day"), Kind.DATE, "2026-12-31"),
    Name("survey.link", _("page of the survey, for this customer alone"), Kind.LINK, "https://shop.example/s/sample/"),
    Name("survey.name", _("name of the survey"), Kind.TEXT, "رضا العملاء", "Customer satisfaction"),
    Name("survey.question", _("its first question"), Kind.TEXT, "ما مدى رضاك عن طلبك؟", "How satisfied are you with your order?"),
    Name("survey.style", _("how its answers look: numbers, faces, stars or rows"), Kind.TEXT, "numbers"),
    Name("survey.low", _("what the lowest answer means"), Kind.TEXT, "غير راضٍ إطلاقًا", "Very dissatisfied"),
    Name("survey.high", _("what the highest answer means"), Kind.TEXT, "راضٍ جدًا", "Very satisfied"),
    Name("survey.choices", _("its answers"), Kind.LIST, _CHOICES),
    Name("survey.choices[].label", _("what is pressed"), Kind.TEXT, "1"),
    Name("survey.choices[].text", _("the same in words"), Kind.TEXT, "1"),
    Name("survey.choices[].url", _("where a press leads"), Kind.LINK, "https://shop.example/s/sample/?a.q=1"),
    Name("suggestion.asked", _("what the customer wrote"), Kind.TEXT, "ليتكم توصّلون مساءً", "Please deliver in the evening"),
    Name("suggestion.done", _("what was changed"), Kind.TEXT, "صرنا نوصّل حتى العاشرة مساءً.", "We deliver until ten now."),
    Name("points.amount", _("how many points it is about"), Kind.NUMBER, 120),
    Name("points.balance", _("points that can be used now"), Kind.NUMBER, 480),
    Name("points.pending", _("points that can be used later"), Kind.NUMBER, 120),
    Name("points.worth", _("what the points are worth"), Kind.MONEY, {"minor": 3_000, "currency": "SAR"}),
    Name("points.usable_on", _("day from which they can be used"), Kind.DATE, "2026-12-06"),
    Name("points.ends_on", _("last day of the points"), Kind.DATE, "2026-12-31"),
    Name("points.days_left", _("days that are left"), Kind.NUMBER, 7),
    Name("tier.name_ar", _("name of the tier in Arabic"), Kind.TEXT, "الذهبية"),
    Name("tier.name_en", _("name of the tier in English"), Kind.TEXT, "Gold"),
    Name("tier.ends_on", _("last day of the tier"), Kind.DATE, "2026-12-31"),
    Name("reward.name_ar", _("name of the reward in Arabic"), Kind.TEXT, "قهوة مجانية"),
    Name("reward.name_en", _("name of the reward in English"), Kind.TEXT, "A free coffee"),
    Name("reward.code", _("code of the reward"), Kind.CODE, "W4F-7K2"),
    Name("links.unsubscribe", _("stops these messages"), Kind.LINK, "https://shop.example/u/sample"),
    Name("links.preferences", _("what and by which way they want to hear"), Kind.LINK, "https://shop.example/p/sample"),
)  # fmt: skip
NAMES: dict[str, Name] = {one.path: one for one in _ALL}
# Whoever writes of offers has to say how to stop them.
UNSUBSCRIBE = "links.unsubscribe"
_BRANCHES = frozenset(path.rpartition(".")[0] for path in NAMES)
YES_NO = (pgettext_lazy("value of a template", "yes"), pgettext_lazy("value of a template", "no"))


def find_kind(path: str) -> Kind | None:
    name = NAMES.get(path)
    return name.kind if name else None


def is_group(path: str) -> bool:
    """Whether names lie below it."""
    return path in _BRANCHES or path in OPEN_GROUPS


def is_known(path: str) -> bool:
    return path in NAMES or path.rpartition(".")[0] in OPEN_GROUPS


def suggest(path: str) -> str:
    """The nearest known name, or ""."""
    if "." not in path:  # {{ first_name }}
        ends = [name for name in NAMES if name.rpartition(".")[2] == path]
        if ends:
            return ends[0]
    found = get_close_matches(path, NAMES, n=1, cutoff=0.7) if "." in path else []
    return found[0] if found else ""


def _find_group(path: str) -> str:
    return OWN if path.startswith(f"{OWN}.") else path.partition(".")[0]


def list_names(own: Sequence[Name] = ()) -> Iterator[tuple[str, Promise, list[Name]]]:
    """(group, what it is called, its names), in the order in which an editor shows them. `own` are the business's fields."""
    for group, label in GROUPS.items():
        yield group, label, [one for one in (*_ALL, *own) if _find_group(one.path) == group]


def build_samples(language: str) -> dict[str, Any]:
    """Values for every name, for a preview without a customer and for the trial of what is saved."""
    samples: dict[str, Any] = {group: {} for group in GROUPS if "." not in group}
    for one in _ALL:
        group, _dot, rest = one.path.partition(".")
        value = one.sample(language)
        if "[]." in rest:
            rest, _dot, field = rest.partition("[].")
            items = samples[group].setdefault(rest, [{}])
            items[0].setdefault(field, value)
        elif value is not None:  # of most lists one item stands for all
            samples[group][rest] = [dict(item) for item in value] if one.kind is Kind.LIST else value
    return samples


def merge_values(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Groups of several sources in one; of a name that two have, the later one's counts."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for group, values in layer.items():
            merged[group] = {**merged.get(group, {}), **values} if isinstance(values, Mapping) else values
    return merged
