"""Deliveries of Salla, in the shape of docs.salla.dev/433804m0 and following."""

import copy
from typing import Any

ORDER: dict[str, Any] = {
    "id": 2116149737,
    "reference_id": 41027662,
    "cart_reference_id": 5544,
    "date": {"date": "2026-02-26 12:21:45.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
    "draft": False,
    "source": "store",
    "status": {
        "id": 566146469,
        "name": "بإنتظار المراجعة",
        "slug": "under_review",
        "customized": {"id": 986688842, "name": "بإنتظار المراجعة"},
    },
    "payment_method": "mada",
    "currency": "SAR",
    "amounts": {
        "sub_total": {"amount": 186, "currency": "SAR"},
        "shipping_cost": {"amount": 15, "currency": "SAR"},
        "cash_on_delivery": {"amount": 0, "currency": "SAR"},
        "tax": {"percent": "0.00", "amount": {"amount": 0, "currency": "SAR"}},
        "discounts": [{"title": "عرض", "type": "special", "code": "RAMADAN", "discount": "5.00"}],
        "total": {"amount": 196, "currency": "SAR"},
    },
    "is_pending_payment": False,
    "payment_actions": {
        "refund_action": {"has_refund_amount": False, "refund_amount": {"amount": 0, "currency": "SAR"}}
    },
    "shipping": {
        "id": 1833934431,
        "company": "SMSA",
        "receiver": {"name": "محمد علي", "email": "m.ali@example.sa", "phone": "966551234567"},
        "address": {"country": "السعودية", "country_code": "SA", "city": "الرياض"},
        "shipment": {"id": "", "tracking_link": "0"},
    },
    "shipments": [{"id": 1, "courier_name": "SMSA", "tracking_number": "SM-44", "status": "created"}],
    "customer": {
        "id": 225167971,
        "first_name": "محمد",
        "last_name": "علي",
        "mobile": 551234567,
        "mobile_code": "+966",
        "email": "M.Ali@example.sa",
        "gender": "male",
        "birthday": {"date": "1997-06-03 00:00:00.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
        "city": "الرياض",
        "country": "السعودية",
        "country_code": "SA",
        "updated_at": {"date": "2026-02-20 14:26:55.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
    },
    "items": [
        {
            "id": 1,
            "name": "قهوة عربية",
            "sku": "ACS-1",
            "quantity": 2,
            "currency": "SAR",
            "amounts": {
                "price_without_tax": {"amount": 62, "currency": "SAR"},
                "total_discount": {"amount": 0, "currency": "SAR"},
                "tax": {"percent": "0.00", "amount": {"amount": 0, "currency": "SAR"}},
                "total": {"amount": 124, "currency": "SAR"},
            },
            "product": {"id": 77, "sku": "ACS-1"},
        },
        {
            "id": 2,
            "name": "دلة",
            "sku": "",
            "quantity": 1,
            "amounts": {
                "price_without_tax": {"amount": 62, "currency": "SAR"},
                "total_discount": [],
                "tax": {"percent": "0.00", "amount": {"amount": 0, "currency": "SAR"}},
                "total": {"amount": 62, "currency": "SAR"},
            },
            "product": {"id": 78, "sku": ""},
        },
    ],
}
CART: dict[str, Any] = {
    "id": 1097962121,
    "total": {"amount": 100, "currency": "SAR"},
    "checkout_url": "https://salla.sa/shop/checkout/1097962121",
    "created_at": {"date": "2026-02-21 17:09:39.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
    "updated_at": {"date": "2026-02-21 17:09:39.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
    "customer": {"id": 225167971, "name": "محمد علي", "mobile": "+966551234567", "email": "m.ali@example.sa"},
    "items": [{"id": 1793843311, "product_id": 401511871, "quantity": 2}],
}
SHIPMENT: dict[str, Any] = {
    "id": 987654321,
    "order_id": 2116149737,
    "order_reference_id": 41027662,
    "type": "shipment",
    "courier_name": "SMSA",
    "shipping_number": "192837465",
    "tracking_number": "918273645",
    "status": "delivered",
    "ship_to": {"name": "محمد علي", "email": "", "phone": "0551234567"},
}
REVIEW: dict[str, Any] = {
    "type": "rating",
    "rating": "5",
    "content": "ممتاز",
    "customer": {"id": "225167971", "name": "محمد علي", "mobile": "+966551234567"},
    "product": {"id": "77", "type": "product"},
    "sku": "ACS-1",
    "name": "قهوة عربية",
    "order": {"id": "2116149737", "reference_id": "41027662", "total": {"amount": "196", "currency": "SAR"}},
}
PRODUCT: dict[str, Any] = {
    "id": 77,
    "sku": "ACS-1",
    "name": "قهوة عربية",
    "price": {"amount": 62, "currency": "SAR"},
    "cost_price": "30.50",
    "categories": [{"id": 9, "name": "قهوة"}],
    "updated_at": {"date": "2026-02-22 10:00:00.000000", "timezone": "Asia/Riyadh"},
}


def make_delivery(event: str, data: Any, *, at: str = "Thu Feb 26 2026 12:21:48 GMT+0300") -> dict[str, Any]:
    return {"event": event, "merchant": 1305146709, "created_at": at, "data": copy.deepcopy(data)}


def make_order(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ORDER), **changes}
