"""What columns are called, in English and Arabic exports of shops, tills and marketplaces."""

from functools import cache

from wafaa.kit.text import fold
from wafaa.listen.connectors.files.rules import KINDS, Kind

# Written as people write them; compared in folded form without punctuation. The first of a line is the plainest.
NAMES: dict[str, tuple[str, ...]] = {
    "order_id": (
        "order id", "order number", "order no", "order", "order ref", "order reference", "order name", "order code",
        "orderid", "ordernumber", "invoice no", "invoiceno", "invoice", "invoice number", "invoice id", "receipt",
        "receipt no", "receipt number", "transaction id", "transaction", "transaction no", "transaction number",
        "bill no", "bill number", "sale id", "sales order", "reference", "document number", "document no", "check number",
        "رقم الطلب", "رقم الفاتورة", "الطلب", "الفاتورة", "رقم العملية", "رقم الطلبية", "رقم المعاملة", "معرف الطلب",
        "رقم الإيصال", "رقم السند", "رقم المرجع", "المرجع", "كود الطلب", "مرجع الطلب",
    ),
    "ordered_at": (
        "order date", "date", "ordered at", "invoice date", "invoicedate", "created at", "created", "order time",
        "datetime", "date time", "timestamp", "time", "transaction date", "purchase date", "sale date", "paid at",
        "order datetime", "order purchase timestamp", "completed at", "day", "processed at", "order created", "placed at",
        "تاريخ الطلب", "التاريخ", "تاريخ الفاتورة", "تاريخ العملية", "وقت الطلب", "تاريخ الشراء", "تاريخ الإنشاء",
        "تاريخ البيع", "التاريخ والوقت", "الوقت", "اليوم", "تاريخ الطلبية", "تاريخ",
    ),
    "customer_id": (
        "customer id", "customerid", "customer", "customer number", "customer no", "client id", "user id", "member id",
        "customer code", "client", "cust id", "buyer id", "account id", "account number", "client number", "customer ref",
        "customer unique id", "loyalty id", "membership number", "card number", "id customer",
        "رقم العميل", "العميل", "معرف العميل", "كود العميل", "رقم العضوية", "رقم الزبون", "الزبون", "معرف الزبون",
        "رقم الحساب", "رمز العميل", "رقم المشتري",
    ),
    "customer_name": (
        "customer name", "name", "client name", "full name", "buyer name", "billing name", "buyer", "shipping name",
        "contact name", "first name",
        "اسم العميل", "الاسم", "اسم الزبون", "الاسم الكامل", "اسم المشتري", "اسم المستلم",
    ),
    "email": (
        "email", "e-mail", "mail", "customer email", "email address", "client email", "billing email", "buyer email",
        "البريد الإلكتروني", "البريد", "ايميل", "الايميل", "بريد العميل", "إيميل العميل", "البريد الالكتروني للعميل",
    ),
    "phone": (
        "phone", "mobile", "phone number", "mobile number", "customer phone", "telephone", "tel", "cell", "billing phone",
        "msisdn", "whatsapp", "contact number", "customer mobile",
        "الجوال", "رقم الجوال", "الهاتف", "رقم الهاتف", "جوال العميل", "هاتف العميل", "الموبايل", "رقم الموبايل", "واتساب",
        "رقم جوال العميل", "هاتف",
    ),
    "language": ("language", "locale", "customer language", "lang", "اللغة", "لغة العميل"),
    "birth_date": (
        "birth date", "birthday", "date of birth", "dob", "birthdate", "تاريخ الميلاد", "الميلاد", "عيد الميلاد",
    ),
    "country": (
        "country", "country code", "customer country", "shipping country", "billing country", "country name",
        "الدولة", "البلد", "دولة العميل", "بلد الشحن",
    ),
    "city": (
        "city", "town", "customer city", "shipping city", "billing city", "المدينة", "مدينة العميل", "مدينة الشحن",
    ),
    "store": (
        "store", "branch", "store id", "store code", "shop", "location", "outlet", "branch name", "store name",
        "branch code", "pos location", "warehouse",
        "الفرع", "المتجر", "اسم الفرع", "المعرض", "رقم الفرع", "الموقع", "كود الفرع", "المحل",
    ),
    "channel": (
        "channel", "sales channel", "source", "order source", "platform", "sale channel", "order channel", "source name",
        "القناة", "قناة البيع", "مصدر الطلب", "المنصة", "المصدر",
    ),
    "currency": ("currency", "currency code", "order currency", "العملة", "رمز العملة", "عملة الطلب"),
    "sku": (
        "sku", "product id", "stock code", "stockcode", "item code", "product code", "item id", "barcode", "lineitem sku",
        "product number", "item number", "article", "variant sku", "productid", "item no", "upc", "ean",
        "رمز المنتج", "رقم المنتج", "كود المنتج", "رمز الصنف", "رقم الصنف", "الباركود", "كود الصنف", "باركود",
        "معرف المنتج",
    ),
    "product_name": (
        "product name", "product", "description", "item", "item name", "product title", "lineitem name", "title",
        "item description", "product description", "article name",
        "اسم المنتج", "المنتج", "الوصف", "الصنف", "اسم الصنف", "وصف المنتج", "البيان", "السلعة",
    ),
    "category": (
        "category", "product category", "department", "product type", "item category", "category name", "group", "brand",
        "الفئة", "التصنيف", "فئة المنتج", "القسم", "المجموعة", "تصنيف المنتج",
    ),
    "quantity": (
        "quantity", "qty", "units", "pieces", "count", "lineitem quantity", "item quantity", "number of items",
        "quantity ordered", "number of cds", "no of items", "qty sold", "units sold", "items",
        "الكمية", "عدد", "العدد", "عدد القطع", "كمية", "عدد الوحدات", "القطع",
    ),
    "unit_price": (
        "unit price", "unitprice", "price", "item price", "lineitem price", "price each", "selling price", "sale price",
        "product price", "unit cost price", "rate", "price per unit",
        "سعر الوحدة", "السعر", "سعر القطعة", "سعر المنتج", "سعر البيع", "سعر الصنف", "سعر",
    ),
    "line_total": (
        "line total", "line amount", "item total", "row total", "extended price", "line value", "amount", "sales", "value",
        "total price", "sale amount", "net sales", "line item total",
        "إجمالي السطر", "قيمة السطر", "إجمالي المنتج", "المبلغ", "القيمة", "إجمالي الصنف", "مبلغ", "المبيعات",
    ),
    "order_total": (
        "order total", "total", "grand total", "order amount", "order value", "total amount", "invoice total", "revenue",
        "invoice amount", "total sales", "total paid", "amount paid", "payment value", "dollar value", "net total",
        "basket value", "order revenue", "total value",
        "إجمالي الطلب", "الإجمالي", "المجموع", "إجمالي الفاتورة", "قيمة الطلب", "المبلغ الإجمالي", "مجموع الطلب",
        "قيمة الفاتورة", "المبلغ المدفوع", "اجمالي المبلغ", "المجموع الكلي", "صافي المبلغ", "مبلغ الطلب",
    ),
    "line_discount": (
        "line discount", "item discount", "lineitem discount", "product discount", "خصم السطر", "خصم المنتج", "خصم الصنف",
    ),
    "order_discount": (
        "order discount", "discount", "discount amount", "total discount", "coupon amount",
        "خصم الطلب", "الخصم", "قيمة الخصم", "إجمالي الخصم", "مبلغ الخصم", "خصم",
    ),
    "tax": (
        "tax", "vat", "taxes", "tax amount", "total tax", "vat amount", "gst", "sales tax",
        "الضريبة", "ضريبة القيمة المضافة", "قيمة الضريبة", "مبلغ الضريبة", "ضريبة",
    ),
    "shipping": (
        "shipping", "delivery", "freight", "shipping cost", "delivery fee", "shipping fee", "freight value",
        "shipping amount", "delivery cost", "postage",
        "الشحن", "تكلفة الشحن", "رسوم التوصيل", "رسوم الشحن", "التوصيل", "قيمة الشحن", "سعر الشحن",
    ),
    "unit_cost": (
        "unit cost", "cost", "cost price", "item cost", "cogs", "product cost", "purchase price", "cost per item",
        "التكلفة", "سعر التكلفة", "تكلفة الوحدة", "تكلفة المنتج", "تكلفة",
    ),
    "status": (
        "status", "order status", "state", "financial status", "fulfillment status", "payment status", "order state",
        "type", "transaction type", "return", "document type",
        "الحالة", "حالة الطلب", "حالة الدفع", "وضع الطلب", "نوع العملية", "نوع الفاتورة", "حالة",
    ),
}  # fmt: skip


# What is called so in a list of customers or of products only. There "name" is the name of what is listed.
NAMES_OF_CUSTOMERS: dict[str, tuple[str, ...]] = {
    "customer_id": (*NAMES["customer_id"], "id", "number", "no", "code", "الرقم", "الكود", "المعرف", "رقم"),
    "customer_name": NAMES["customer_name"],
    "email": NAMES["email"],
    "phone": NAMES["phone"],
    "language": NAMES["language"],
    "country": (*NAMES["country"], "default address country code"),
    "city": (*NAMES["city"], "default address city"),
    "birth_date": NAMES["birth_date"],
    "tags": ("tags", "tag", "labels", "groups", "customer tags", "الوسوم", "وسوم", "التصنيفات", "المجموعات"),
    "marketing_consent": (
        "marketing consent", "accepts marketing", "marketing opt in", "allows marketing", "consent", "opt in",
        "موافقة التسويق", "الموافقة على التسويق", "الموافقة التسويقية", "يقبل التسويق",
    ),
    "email_consent": (
        "accepts email marketing", "email marketing", "email consent", "email marketing consent", "newsletter",
        "email opt in", "email marketing status", "موافقة البريد", "النشرة البريدية", "التسويق بالبريد",
    ),
    "sms_consent": (
        "accepts sms marketing", "sms marketing", "sms consent", "sms marketing consent", "sms opt in",
        "موافقة الرسائل", "التسويق بالرسائل", "الرسائل النصية",
    ),
}  # fmt: skip
NAMES_OF_PRODUCTS: dict[str, tuple[str, ...]] = {
    "sku": (
        *(name for name in NAMES["sku"] if name not in {"barcode", "upc", "ean", "الباركود", "باركود"}),
        "id", "code", "number", "handle", "الرقم", "الكود", "الرمز", "رقم",
    ),
    "product_name": (*NAMES["product_name"], "name", "الاسم"),
    "category": (*NAMES["category"], "type", "النوع"),
    "unit_cost": (*NAMES["unit_cost"], "wholesale price", "buying price", "سعر الشراء"),
    "valid_from": (
        "valid from", "from", "cost from", "since", "effective date", "effective from", "date", "start date",
        "ساري من", "سار من", "من تاريخ", "تاريخ السريان", "اعتبارا من", "التاريخ", "تاريخ التكلفة",
    ),
    "unit_price": (*NAMES["unit_price"], "list price", "retail price", "variant price"),
    "currency": NAMES["currency"],
    "barcode": ("barcode", "ean", "upc", "gtin", "ean13", "variant barcode", "الباركود", "باركود", "رمز شريطي"),
}  # fmt: skip
NAMES_BY_KIND: dict[Kind, dict[str, tuple[str, ...]]] = {
    "orders": NAMES,
    "customers": NAMES_OF_CUSTOMERS,
    "products": NAMES_OF_PRODUCTS,
}


def plain(text: str) -> str:
    """Folded, with punctuation and camel case taken for spaces."""
    spaced = "".join(
        f" {char}" if char.isupper() and place and text[place - 1].islower() else char
        for place, char in enumerate(text)
    )
    letters = "".join(char if char.isalnum() else " " for char in fold(spaced))
    return " ".join(letters.split())


@cache
def names_by_text(kind: Kind) -> dict[str, tuple[str, float]]:
    """Plain name -> (field, how sure): earlier names of a field are surer than later ones."""
    known: dict[str, tuple[str, float]] = {}
    for field, names in NAMES_BY_KIND[kind].items():
        for place, name in enumerate(names):
            known.setdefault(plain(name), (field, 1.0 - place * 0.002))
    return known


def is_known_name(text: str) -> bool:
    return any(plain(text) in names_by_text(kind) for kind in KINDS)
