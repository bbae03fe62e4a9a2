"""What fields and problems are called, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.listen.connectors.files.rules import ATTRIBUTE

FIELD_LABELS: dict[str, Promise] = {
    "order_id": _("Order number"),
    "ordered_at": _("Order date and time"),
    "customer_id": _("Customer number"),
    "customer_name": _("Customer name"),
    "email": _("Customer e-mail"),
    "phone": _("Customer phone"),
    "language": _("Customer language"),
    "birth_date": _("Customer birth date"),
    "country": _("Country"),
    "city": _("City"),
    "store": _("Store"),
    "channel": _("Sales channel"),
    "currency": _("Currency"),
    "sku": _("Product number"),
    "product_name": _("Product name"),
    "category": _("Product category"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "line_total": _("Total of the row"),
    "order_total": _("Total of the order"),
    "line_discount": _("Discount of the row"),
    "order_discount": _("Discount of the order"),
    "tax": _("Tax of the order"),
    "shipping": _("Shipping of the order"),
    "unit_cost": _("Unit cost"),
    "tags": pgettext_lazy("customers", "Tags"),
    "marketing_consent": _("Allows offers by e-mail and SMS"),
    "email_consent": _("Allows offers by e-mail"),
    "sms_consent": _("Allows offers by SMS"),
    "valid_from": _("Valid from"),
    "barcode": _("Barcode"),
    "status": pgettext_lazy("order", "State (paid, cancelled, returned)"),
}

REASONS: dict[str, Promise] = {
    "above_heading": _("stands above the heading row"),
    "too_few_cells": _("the row has fewer cells than the heading"),
    "too_many_cells": _("the row has more cells than the heading"),
    "unreadable_letters": _("the row holds letters that cannot be read in the file's encoding"),
    "missing": _("the cell is empty"),
    "not_a_number": _("this is not a number"),
    "number_too_large": _("the number is too large"),
    "not_a_date": _("this is not a date that can be read"),
    "date_too_early": _("the date is too long ago; it may be of another calendar"),
    "date_in_future": _("the date lies in the future"),
    "too_long": _("the text is too long"),
    "not_a_currency": _("this is not a currency"),
    "negative": _("the number is below zero"),
    "no_customer": _("the row names no customer number, e-mail address or phone number"),
    "not_an_email": _("this is not an e-mail address; only this cell was left out"),
    "not_a_birth_date": _("this is not a birth date that can be read; only this cell was left out"),
    "not_yes_or_no": _("this is neither yes nor no; only this cell was left out"),
    "other_customer": _("the customer differs from the order's first row"),
    "other_currency": _("the currency differs from the order's first row"),
    "rounded_number": _("a spreadsheet has rounded this number; format the column as text and export again"),
    "other_sign": _("the amount is in another currency than the others"),
    "other_sheet": _("this sheet was not read, because only one sheet of a workbook is read"),
    "too_many_lines": _("too many rows share this order number"),
}


# Where a field is called otherwise than in a list of orders.
LABELS_OF: dict[str, dict[str, Promise]] = {
    "products": {
        "unit_price": _("Price"),
    },
}
KIND_LABELS: dict[str, Promise] = {
    "orders": _("Orders"),
    "customers": _("Customers"),
    "products": _("Products"),
}


def say_field(field: str, kind: str = "orders") -> str:
    """The field's name in the reader's language; an own field's is the key that people gave it."""
    label = LABELS_OF.get(kind, {}).get(field) or FIELD_LABELS.get(field)
    return str(label or field.removeprefix(ATTRIBUTE))


def say_reason(code: str) -> str:
    """The problem in the reader's language."""
    return str(REASONS.get(code, code))
