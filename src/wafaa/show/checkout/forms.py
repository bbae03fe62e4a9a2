"""How much of an order is given back, and why."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.design.fields import MoneyField
from wafaa.kit.money import decimals_of, from_minor, to_minor
from wafaa.know.orders.models import Order, OrderLine, Product
from wafaa.show.checkout.rules import GoodsBack, Wish

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
PieceLine = tuple[OrderLine, Product | None, Decimal]


class RefundForm(forms.Form):
    """Sent twice, by a double press or by going back, it counts once."""

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
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
        self.fields["amount"].is_asked = True  # type: ignore[attr-defined]  # where it is shown, it is no option
        self.fields["reason"].required = asks_why
        self.fields["reason"].is_asked = True  # type: ignore[attr-defined]  # by what notes it
        self.fields["key"].required = asks_why
        for line, product, left in lines:
            self.fields[_name(line)] = MoneyField(
                label=str(product or ""),
                required=False,
                min_value=0,
                max_value=left,
                max_digits=16,
                decimal_places=6,
            )

    def list_rows(self) -> list[dict[str, Any]]:
        """The lines, each with its field."""
        return [
            {"line": line, "product": product, "left": left, "field": self[_name(line)]}
            for line, product, left in self.lines
        ]

    def get_wish(self) -> Wish:
        told = self.cleaned_data
        if told["scope"] == WHOLE:
            return Wish(amount_minor=self.left_minor)
        if told["scope"] == AMOUNT:
            return Wish(amount_minor=to_minor(told["amount"] or Decimal(0), self.order.currency))
        goods = tuple(
            _take(line, product, pieces)
            for line, product, _left in self.lines
            if (pieces := told.get(_name(line)))
        )
        return Wish(amount_minor=sum(one.amount_minor for one in goods), goods=goods)

    @property
    def left(self) -> Decimal:
        return from_minor(self.left_minor, self.order.currency)


def _name(line: OrderLine) -> str:
    return f"pieces_{line.ordinal}"


def _take(line: OrderLine, product: Product | None, pieces: Decimal) -> GoodsBack:
    """Of so many pieces of a line, what was charged for them."""
    share = (Decimal(line.amount_minor) * pieces / line.quantity).quantize(Decimal(1), "ROUND_HALF_UP")
    return GoodsBack(sku=product.sku if product else "", pieces=pieces, amount_minor=int(share))
