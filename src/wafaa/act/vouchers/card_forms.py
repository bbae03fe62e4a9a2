"""What is asked when gift cards are sold, sent and topped up."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.queries import get_business
from wafaa.act.vouchers.actions import Greeting
from wafaa.act.vouchers.actions.cards import CARDS_AT_ONCE
from wafaa.act.vouchers.rules import CODE_LETTERS_MAX
from wafaa.act.vouchers.rules.codes import CARD_NAME_LETTERS_MAX, CARD_WORDS_LETTERS_MAX
from wafaa.design.fields import DayField, MoneyField, NumberField
from wafaa.kit import clock
from wafaa.kit.clock import end_of_day
from wafaa.kit.ids import new_id
from wafaa.kit.money import decimals_of, to_minor
from wafaa.know.customers.models import Customer

WAYS = {
    "none": _("Not by mail: it is printed or read out"),
    "now": _("By mail now"),
    "day": _("By mail on a day"),
}
MAIL_HOUR = 9  # of the business's day
CURRENCY = RegexValidator(r"^[A-Za-z]{3}$", _("Three letters, such as SAR."))


class MoneyForm(forms.Form):
    """An amount of one currency, and a key so that twice is once."""

    use_required_attribute = False

    amount = MoneyField(label=_("Amount"), min_value=0, max_digits=12)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        self.business = get_business()
        self.fixed_currency = currency
        kwargs["initial"] = {"key": new_id(), "currency": self.business.currency, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        amount: Decimal | None = told.get("amount")
        currency = self.get_currency()
        if amount is not None and (
            not amount or amount != amount.quantize(Decimal(1).scaleb(-decimals_of(currency)))
        ):
            self.add_error("amount", _("The number is too small or too large."))
        return told

    def get_currency(self) -> str:
        return self.fixed_currency or (self.cleaned_data.get("currency") or self.business.currency).upper()

    def get_minor(self) -> int:
        return to_minor(self.cleaned_data["amount"], self.get_currency())


class IssueForm(MoneyForm):
    """One card for one person, or many equal ones for a shelf."""

    currency = forms.CharField(
        label=_("Currency"),
        validators=[CURRENCY],
        widget=forms.TextInput(attrs={"dir": "ltr", "maxlength": 3}),
    )
    count = NumberField(
        label=_("How many"),
        min_value=1,
        max_value=CARDS_AT_ONCE,
        initial=1,
        help_text=_("Of several equal ones you get a list to download."),
    )
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: it never ends."))
    recipient = forms.CharField(label=_("For whom"), required=False, max_length=CARD_NAME_LETTERS_MAX)
    message = forms.CharField(
        label=_("Words on it"),
        required=False,
        max_length=CARD_WORDS_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    customer = forms.CharField(
        label=_("Customer number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Of whoever it is for, where they are a customer already."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("ar", _("Arabic")), ("en", _("English"))])
    way = forms.ChoiceField(
        label=_("How it gets there"), choices=list(WAYS.items()), widget=forms.RadioSelect, initial="none"
    )
    mail_to = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    mail_on = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = self.business.language
        self.found: Customer | None = None

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if number := (told.get("customer") or "").strip():
            self.found = Customer.objects.filter(external_id=number, merged_into=None).first()
            if self.found is None:
                self.add_error("customer", _("There is no customer with this number."))
        today = clock.today(self.business.zone)
        if told.get("ends_on") and told["ends_on"] < today:
            self.add_error("ends_on", _("This day is over."))
        if told.get("way") in {"now", "day"}:
            if not told.get("mail_to"):
                self.add_error("mail_to", _("Say where the mail goes."))
            if (told.get("count") or 1) > 1:
                self.add_error("count", _("A mail brings one card."))
        if told.get("way") == "day" and (not told.get("mail_on") or told["mail_on"] < today):
            self.add_error("mail_on", _("Choose a day from today on."))
        return told

    def get_end(self) -> datetime | None:
        day = self.cleaned_data["ends_on"]
        return end_of_day(day, self.business.zone) if day else None

    def get_greeting(self) -> Greeting:
        told = self.cleaned_data
        way = told["way"]
        return Greeting(
            customer_id=self.found.pk if self.found else None,
            recipient=told["recipient"],
            message=told["message"],
            language=told["language"],
            mail_to=told["mail_to"] if way != "none" else "",
            mail_at=self._find_moment() if way != "none" else None,
        )

    def _find_moment(self) -> datetime:
        """Now, or in the morning of the day, whichever is later."""
        now = clock.now()
        if self.cleaned_data["way"] == "now":
            return now
        morning = datetime.combine(self.cleaned_data["mail_on"], time(MAIL_HOUR), self.business.zone)
        return max(morning, now)


class FindForm(forms.Form):
    """A code is sent in the form's body, so that it stands in no address and no log."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LETTERS_MAX * 2,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )


class MailForm(forms.Form):
    mail_to = forms.EmailField(label=_("E-mail"), max_length=254)
