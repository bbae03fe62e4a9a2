"""How much of an order is given back, and why."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.design.fields import MoneyField
from wafaa.kit.money import decimals_of, to_minor
from wafaa.know.orders.models import Order
from wafaa.show.checkout.refunds import PieceLine
from wafaa.show.checkout.rules import GoodsBack, Wish, take_pieces

WHOLE, AMOUNT, GOODS = "whole", "amount", "goods"
SCOPES = {WHOLE: _("All that is left of it"), AMOUNT: _("An amount"), GOODS: _("Some of the goods")}
REASONS: Mapping[str, Promise] = {
    "mind": pgettext_lazy("refund", "Changed their mind"),
    "faulty": pgettext_lazy("refund", "Faulty or damaged"),
    "wrong": pgettext_lazy("refund", "Something else came"),
    "late": pgettext_lazy("refund", "It came too late, or not at all"),
    "goodwill": pgettext_lazy("refund", "A gesture of goodwill"),
    "other": pgettext_lazy("refund", "Something else"),
}


class RefundForm(forms.Form):
    """Sent twice, by a double press or by going back, it counts once."""

    use_required_attribute = False
    asked = ("amount", "reason")

    key = forms.UUIDField(widget=forms.HiddenInput)
    shown_left = forms.IntegerField(required=False)  # the preview writes it
    scope = forms.ChoiceField(
        label=_("How much is given back"), choices=list(SCOPES.items()), widget=forms.RadioSelect
    )
    amount = MoneyField(label=_("Amount"), required=False, min_value=0, max_digits=15)
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose …")), *REASONS.items()])

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        order: Order,
        left_minor: int,
        lines: Sequence[PieceLine],
        asks_why: bool = True,
    ) -> None:
        super().__init__(data)
        self.order, self.left_minor, self.lines = order, left_minor, lines
        self.fields["amount"] = MoneyField(
            label=_("Amount"),
            required=False,
            min_value=0,
            max_digits=15,
            decimal_places=decimals_of(order.currency),
        )
        self.fields["reason"].required = asks_why
        self.fields["key"].required = asks_why
        for one in lines:
            self.fields[_name(one)] = MoneyField(
                label=str(one.product or ""),
                required=False,
                min_value=0,
                max_value=one.line.quantity,
                max_digits=16,
                decimal_places=6,
            )

    def list_rows(self) -> list[dict[str, Any]]:
        """The lines, each with its field."""
        return [
            {"line": one.line, "product": one.product, "left": one.left, "field": self[_name(one)]}
            for one in self.lines
        ]

    def get_wish(self, *, shown: int | None = None) -> Wish:
        """`shown` is what the page said was left."""
        told = self.cleaned_data
        if told["scope"] == WHOLE:
            return Wish(amount_minor=self.left_minor if shown is None else shown, is_whole=True)
        if told["scope"] == AMOUNT:
            return Wish(amount_minor=to_minor(told["amount"] or Decimal(0), self.order.currency))
        goods = tuple(_take(one, pieces) for one in self.lines if (pieces := told.get(_name(one))))
        return Wish(amount_minor=sum(one.back_minor for one in goods), goods=goods)


def _name(one: PieceLine) -> str:
    return f"pieces_{one.line.ordinal}"


def _take(one: PieceLine, pieces: Decimal) -> GoodsBack:
    whole = one.line.quantity
    charged, back = (
        take_pieces(amount, pieces=pieces, gone=whole - one.left, quantity=whole)
        for amount in (one.line.amount_minor, one.paid_minor)
    )
    return GoodsBack(line=one.line.ordinal, sku=one.sku, pieces=pieces, amount_minor=charged, back_minor=back)
