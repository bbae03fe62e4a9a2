"""Bodies in the form of shopify.dev's examples."""

from typing import Any


def customer(number: int = 998877, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "email": "Noura@Example.com",
        "first_name": "نورة",
        "last_name": "السالم",
        "phone": "+966501234567",
        "tags": "VIP, riyadh",
        "created_at": "2026-01-01T08:00:00+03:00",
        "updated_at": "2026-03-01T08:00:00+03:00",
        "email_marketing_consent": {
            "state": "subscribed",
            "opt_in_level": "single_opt_in",
            "consent_updated_at": "2026-01-01T08:00:00+03:00",
        },
        "sms_marketing_consent": {"state": "not_subscribed", "consent_updated_at": None},
        "default_address": {"city": "الرياض", "country_code": "SA", "phone": None},
    } | changes


def order(number: int = 5001, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "#1001",
        "email": "noura@example.com",
        "created_at": "2026-03-01T15:00:00+03:00",
        "processed_at": "2026-03-01T15:00:00+03:00",
        "updated_at": "2026-03-01T15:00:05+03:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "currency": "SAR",
        "financial_status": "pending",
        "fulfillment_status": None,
        "source_name": "web",
        "total_discounts": "5.00",
        "total_tax": "12.39",
        "total_shipping_price_set": {"shop_money": {"amount": "20.00", "currency_code": "SAR"}},
        "checkout_token": "chk1",
        "test": False,
        "customer_locale": "ar-SA",
        "customer": customer(),
        "shipping_address": {"country_code": "SA", "city": "الرياض"},
        "discount_codes": [{"code": "WELCOME", "amount": "5.00", "type": "fixed_amount"}],
        "line_items": [
            {
                "id": 1,
                "sku": "OUD-1",
                "title": "عود",
                "quantity": 2,
                "price": "50.00",
                "total_discount": "0.00",
                "discount_allocations": [{"amount": "5.00"}],
                "variant_id": 77,
                "product_id": 7,
            }
        ],
        "fulfillments": [],
        "refunds": [],
    } | changes


def refund(number: int = 601, order_id: int = 5001, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": order_id,
        "created_at": "2026-03-05T12:00:00+03:00",
        "processed_at": "2026-03-05T12:00:00+03:00",
        "note": "broken",
        "refund_line_items": [
            {"quantity": 1, "line_item": {"sku": "OUD-1", "title": "عود", "price": "50.00"}, "subtotal": 47.5}
        ],
        "transactions": [{"kind": "refund", "status": "success", "amount": "47.50", "currency": "SAR"}],
    } | changes


def fulfillment(number: int = 701, order_id: int = 5001, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": order_id,
        "status": "success",
        "created_at": "2026-03-02T10:00:00+03:00",
        "updated_at": "2026-03-02T10:00:00+03:00",
        "tracking_company": "SMSA",
        "tracking_number": "S1",
        "shipment_status": None,
    } | changes


def checkout(**changes: Any) -> dict[str, Any]:
    return {
        "id": 31,
        "token": "chk1",
        "email": "noura@example.com",
        "created_at": "2026-03-01T14:50:00+03:00",
        "updated_at": "2026-03-01T14:55:00+03:00",
        "completed_at": None,
        "currency": "SAR",
        "total_price": "115.00",
        "abandoned_checkout_url": "https://nujum.example/recover/1",
        "customer": {"id": 998877},
        "line_items": [{"sku": "OUD-1", "title": "عود", "quantity": 2, "price": "50.00"}],
    } | changes
