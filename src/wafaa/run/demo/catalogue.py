"""What the demo shop sells, and where: products and branches, named in Arabic and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    name: str
    category: str
    price_minor: int  # halalas, tax included
    cost_minor: int  # halalas, without tax
    weight: float  # how often it is picked on an ordinary day
    festive: float  # times as often before and during feasts


@dataclass(frozen=True, slots=True)
class Branch:
    code: str
    name: str
    share: float  # of branch visits once all are open
    opened_day: int  # days after the shop's first day
    service: float  # added to the satisfaction of an order there


BRANCHES: tuple[Branch, ...] = (
    Branch("olaya", "العليا · Olaya", 0.45, 0, 0.10),
    Branch("almalqa", "الملقا · Al Malqa", 0.33, 0, -0.45),
    Branch("diriyah", "الدرعية · Diriyah", 0.22, 400, 0.15),
)

BEANS = "بن مختص · Coffee beans"
GEAR = "أدوات التحضير · Brewing gear"
SWEETS = "تمور وحلويات · Dates and sweets"
GIFTS = "هدايا · Gift boxes"
CUPS = "أكواب وأطقم · Cups and sets"
DRINKS = "مشروبات ومخبوزات · Drinks and bakery"

# category, cost as a share of the price without tax, festive factor
_CATEGORIES = {
    BEANS: ("BN", 0.52, 1.1),
    GEAR: ("GR", 0.61, 0.9),
    SWEETS: ("SW", 0.48, 2.2),
    GIFTS: ("GF", 0.50, 3.0),
    CUPS: ("CP", 0.45, 1.4),
    DRINKS: ("DR", 0.33, 0.7),
}

# category, Arabic name, English name, price in riyals, how often it is picked
_GOODS: tuple[tuple[str, str, str, float, float], ...] = (
    (BEANS, "قهوة هرري 250 جم", "Harari coffee 250 g", 58, 5),
    (BEANS, "قهوة خولاني جازان 250 جم", "Khawlani Jazan 250 g", 95, 3),
    (BEANS, "قهوة يرغاتشيف 250 جم", "Yirgacheffe 250 g", 64, 5),
    (BEANS, "قهوة كولومبيا هويلا 250 جم", "Colombia Huila 250 g", 62, 4),
    (BEANS, "خلطة الإسبريسو 1 كجم", "Espresso blend 1 kg", 168, 3),
    (BEANS, "خلطة الإسبريسو 250 جم", "Espresso blend 250 g", 49, 6),
    (BEANS, "قهوة سعودية بالهيل 500 جم", "Saudi coffee with cardamom 500 g", 72, 8),
    (BEANS, "قهوة سعودية شقراء 250 جم", "Light Saudi coffee 250 g", 39, 7),
    (BEANS, "قهوة منزوعة الكافيين 250 جم", "Decaf 250 g", 66, 1.5),
    (BEANS, "أظرف قهوة مقطرة، 10 حبات", "Drip bags, 10 pieces", 45, 6),
    (BEANS, "كبسولات قهوة، 20 حبة", "Coffee capsules, 20 pieces", 55, 4),
    (BEANS, "قهوة جيشا بنما 100 جم", "Panama Geisha 100 g", 139, 0.8),
    (GEAR, "قمع ترشيح V60", "V60 dripper", 48, 2.5),
    (GEAR, "أوراق ترشيح، 100 ورقة", "Filter papers, 100 sheets", 24, 6),
    (GEAR, "مطحنة يدوية", "Hand grinder", 289, 0.8),
    (GEAR, "مطحنة كهربائية", "Electric grinder", 690, 0.25),
    (GEAR, "ميزان قهوة رقمي", "Digital coffee scale", 145, 0.9),
    (GEAR, "إبريق تنقيط", "Gooseneck kettle", 175, 0.8),
    (GEAR, "كيمكس 6 أكواب", "Chemex, 6 cups", 235, 0.5),
    (GEAR, "فرنش برس", "French press", 115, 0.9),
    (GEAR, "إيروبرس", "AeroPress", 165, 0.8),
    (GEAR, "دلة سعودية", "Saudi dallah", 149, 1.2),
    (GEAR, "ماكينة إسبريسو منزلية", "Home espresso machine", 1890, 0.08),
    (GEAR, "فرشاة تنظيف", "Cleaning brush", 19, 1.5),
    (SWEETS, "تمر سكري فاخر 1 كجم", "Sukkari dates 1 kg", 46, 5),
    (SWEETS, "تمر عجوة المدينة 500 جم", "Ajwa dates 500 g", 65, 3.5),
    (SWEETS, "تمر مجدول 500 جم", "Medjool dates 500 g", 52, 3),
    (SWEETS, "تمر محشو باللوز 400 جم", "Almond dates 400 g", 59, 3),
    (SWEETS, "معمول تمر، 12 حبة", "Date maamoul, 12 pieces", 38, 4),
    (SWEETS, "كليجا القصيم", "Qassim kleija", 32, 3),
    (SWEETS, "شوكولاتة بالهيل 300 جم", "Cardamom chocolate 300 g", 79, 2.5),
    (SWEETS, "حلاوة طحينية بالفستق", "Pistachio halva", 42, 2),
    (SWEETS, "عسل سدر 500 جم", "Sidr honey 500 g", 185, 1),
    (SWEETS, "بسكويت بالزعفران", "Saffron biscuits", 27, 3),
    (GIFTS, "صندوق ضيافة صغير", "Small hosting box", 129, 1.6),
    (GIFTS, "صندوق ضيافة كبير", "Large hosting box", 259, 1.0),
    (GIFTS, "صندوق العيد", "Eid box", 199, 0.9),
    (GIFTS, "سلة رمضان", "Ramadan basket", 329, 0.5),
    (GIFTS, "طقم هدية القهوة المختصة", "Specialty coffee gift set", 219, 0.9),
    (GIFTS, "صندوق الشوكولاتة الملكي", "Royal chocolate box", 175, 1.0),
    (GIFTS, "بطاقة تهنئة", "Greeting card", 12, 2.5),
    (GIFTS, "تغليف هدية", "Gift wrapping", 15, 3),
    (GIFTS, "صندوق المولود الجديد", "Newborn box", 245, 0.4),
    (GIFTS, "هدية الشركات، 10 صناديق", "Corporate gift, 10 boxes", 1450, 0.08),
    (CUPS, "فنجان قهوة سعودي، 6 حبات", "Saudi cups, set of 6", 85, 1.6),
    (CUPS, "بيالات شاي، 6 حبات", "Tea glasses, set of 6", 69, 1.2),
    (CUPS, "كوب سيراميك", "Ceramic mug", 39, 3),
    (CUPS, "كوب حافظ للحرارة", "Travel tumbler", 95, 2),
    (CUPS, "ترمس نجدي 1 لتر", "Najdi thermos 1 l", 169, 1.1),
    (CUPS, "طقم ضيافة خشبي", "Wooden serving set", 215, 0.6),
    (CUPS, "كوب زجاجي مزدوج", "Double-wall glass", 45, 2.2),
    (CUPS, "صينية تقديم", "Serving tray", 119, 0.8),
    (DRINKS, "قهوة اليوم", "Coffee of the day", 14, 9),
    (DRINKS, "لاتيه", "Latte", 19, 9),
    (DRINKS, "قهوة مقطرة V60", "V60 cup", 21, 7),
    (DRINKS, "كولد برو، قارورة", "Cold brew bottle", 22, 6),
    (DRINKS, "كرواسون", "Croissant", 13, 5),
    (DRINKS, "كيكة التمر", "Date cake", 24, 4.5),
    (DRINKS, "سان سيباستيان", "San Sebastian cheesecake", 29, 4),
    (DRINKS, "ماء، قارورة", "Water bottle", 9, 4),
)


def _make(number: int, goods: tuple[str, str, str, float, float]) -> Product:
    category, arabic, english, price, weight = goods
    prefix, cost_share, festive = _CATEGORIES[category]
    price_minor = round(price * 100)
    return Product(
        sku=f"{prefix}-{number:03d}",
        name=f"{arabic} · {english}",
        category=category,
        price_minor=price_minor,
        cost_minor=round(price_minor / 1.15 * cost_share),
        weight=weight,
        festive=festive,
    )


# by price, cheapest first: a basket is filled by cutting this list at what is left to spend
PRODUCTS: tuple[Product, ...] = tuple(
    sorted(
        (_make(number, goods) for number, goods in enumerate(_GOODS, 1)),
        key=lambda product: (product.price_minor, product.sku),
    )
)
