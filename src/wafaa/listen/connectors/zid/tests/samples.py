"""Deliveries of Zid, in the shape of docs.zid.sa/webhook-events-order and following."""

from typing import Any

ORDER: dict[str, Any] = {
    "id": 25304285,
    "code": "8OVNEhyqcf",
    "store_id": 251073,
    "order_url": "https://zid.store/nujum/o/8OVNEhyqcf/inv",
    "store_name": "متجر نجوم",
    "order_status": {"name": "جديد", "code": "new"},
    "display_status": {"id": 1, "code": "new", "color": "#3498db", "name": "جديد"},
    "currency_code": "SAR",
    "is_marketplace_order": False,
    "customer": {
        "id": 2083543,
        "name": "نورة القحطاني",
        "email": "noura@example.sa",
        "mobile": "966551234567",
        "verified": 1,
        "type": "individual",
    },
    "is_guest_customer": 0,
    "order_total": "899.10000000000000",
    "transaction_amount": 899.1,
    "payment_status": "paid",
    "source": "المتجر الإلكتروني",
    "source_code": "catalog",
    "created_at": "2026-02-26 08:33:06",
    "updated_at": "2026-02-26 08:40:00",
    "shipping": {
        "method": {
            "id": 503934,
            "name": "عادي",
            "code": "zid_zidship",
            "tracking": {"number": "TRACK-1", "status": "In Transit", "url": None},
            "waybill_tracking_id": None,
            "courier": "SMSA",
        },
        "address": {
            "city": {"id": 1, "name": "الرياض"},
            "country": {"id": 184, "name": "السعودية", "code": "SA"},
        },
    },
    "payment": {
        "method": {"name": "مدى", "code": "zidpay", "type": "cc", "updated_at": "2026-02-26 08:34:00"},
        "invoice": [
            {"code": "sub_totals_before_vat", "value": "999.00000000000000"},
            {"code": "products_discount", "value": "-99.90000000000000"},
            {"code": "sub_totals_after_products_discount", "value": "899.10000000000000"},
            {"code": "taxable_amount", "value": "0.00000000000000"},
            {"code": "vat", "value": "0.00000000000000"},
            {"code": "shipping", "value": "25.00000000000000"},
            {"code": "shipping_discount", "value": "-25.00000000000000"},
            {"code": "total", "value": "899.10000000000000"},
        ],
    },
    "coupon": {"id": 5, "code": "EID"},
    "products": [
        {
            "id": "f91a678a76f44c5689b48db40ad049e9",
            "name": "عباءة",
            "sku": "Z.224947.1",
            "quantity": 3,
            "price": 333,
            "total": 999,
            "tax_percentage": 0,
        }
    ],
    "language": "ar",
}
CART: dict[str, Any] = {
    "id": "18a40fc6-2381-4ab2-9f72-467e6c39a599",
    "url": "https://store.example/checkout/fromBasket/43515",
    "products_count": 1,
    "products": [
        {"id": 9, "product_id": "0b00", "sku": "H-1", "name": "عسل", "price": 239.000935, "quantity": 1}
    ],
    "phase": "payment_method",
    "customer_id": "2083543",
    "customer_name": "نورة القحطاني",
    "customer_email": "noura@example.sa",
    "customer_mobile": "966551234567",
    "cart_total": "239.00",
    "created_at": "2026-02-26 09:00:00",
    "updated_at": "2026-02-26 09:10:00",
}
CUSTOMER: dict[str, Any] = {
    "id": 2083543,
    "name": "نورة القحطاني",
    "email": "noura@example.sa",
    "mobile": "966551234567",
    "gender": "female",
    "birth_date": "1990-05-01",
    "city": {"id": 71, "name": "Jeddah", "country_code": "SA", "ar_name": "جدة", "en_name": "Jeddah"},
    "created_at": "2022-05-24T20:50:42.000000Z",
    "updated_at": "2026-02-20T19:23:45.000000Z",
}
PRODUCT: dict[str, Any] = {
    "id": "f91a",
    "sku": "Z.224947.1",
    "name": {"ar": "عباءة", "en": "Abaya"},
    "price": 333,
    "sale_price": None,
    "cost": 120,
    "currency": "SAR",
    "categories": [{"id": 1, "name": {"ar": "عبايات", "en": "Abayas"}}],
    "updated_at": "2026-02-20T19:23:45Z",
}
