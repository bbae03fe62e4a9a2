"""The forms of messages: templates, how all of them look, how the business sends, addresses that get nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.channels import CHANNELS
from wafaa.act.messages.channels.email.mime import read_address
from wafaa.act.messages.channels.numbers import read_typed_number
from wafaa.act.messages.hours import read_clock
from wafaa.act.messages.house import encode_site
from wafaa.act.messages.models import Look, Template
from wafaa.act.messages.models.templates import PURPOSE_LABELS, STATE_LABELS
from wafaa.act.messages.queries import list_topics
from wafaa.act.messages.rendering.ready import ReadyText
from wafaa.act.messages.rendering.rules import TemplatePurpose
from wafaa.act.messages.words import say_way
from wafaa.design.formats import list_countries
from wafaa.kit.money import decimals_of, from_minor, to_minor
from wafaa.kit.text import latin_digits

LANGUAGE_ORDERS = (
    ("ar,en", _("Arabic, else English")),
    ("en,ar", _("English, else Arabic")),
    ("ar", _("Arabic only")),
    ("en", _("English only")),
)
_LTR = {"dir": "ltr", "autocomplete": "off"}


def list_channel_choices(every: Any = None) -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [(one, say_way(one)) for one in CHANNELS]
    return [("", every), *choices] if every is not None else choices


def list_topic_choices(with_known: str = "") -> list[tuple[str, str]]:
    """Also one that a ready text brought along and nobody has named yet."""
    is_arabic = (get_language() or "").startswith("ar")
    topics = [(one.key, one.label_ar if is_arabic else one.label_en) for one in list_topics()]
    if with_known and with_known not in dict(topics):
        topics.append((with_known, with_known))
    return [("", str(_("nothing in particular"))), *topics]


class TemplateForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("template", "Name"), max_length=150)
    purpose = forms.ChoiceField(
        label=_("What it is for"),
        choices=[(one.value, PURPOSE_LABELS[one]) for one in TemplatePurpose],
        help_text=_("Offers need the customer's consent and say how to stop them."),
    )
    topic = forms.ChoiceField(
        label=pgettext_lazy("message", "Topic"),
        required=False,
        help_text=_("Customers can refuse a topic alone."),
    )
    languages = forms.ChoiceField(
        label=pgettext_lazy("template", "Languages"),
        choices=LANGUAGE_ORDERS,
        initial="ar,en",
        help_text=_("Who reads neither gets the first."),
    )

    def __init__(self, *args: Any, topic: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["topic"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list_topic_choices(topic)

    def clean_languages(self) -> list[str]:
        return str(self.cleaned_data["languages"]).split(",")

    @staticmethod
    def describe(template: Template) -> dict[str, Any]:
        return {
            "name": template.name,
            "purpose": template.purpose,
            "topic": template.topic,
            "languages": ",".join(template.languages),
        }


class NewTemplateForm(TemplateForm):
    begins = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, *args: Any, ready: Sequence[ReadyText] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begins = self.fields["begins"]
        assert isinstance(begins, forms.ChoiceField)
        begins.choices = [("", _("an empty page")), *((one.key, one.name) for one in ready)]


class FilterForm(forms.Form):
    search = forms.CharField(label=pgettext_lazy("template", "Name"), required=False, max_length=100)
    purpose = forms.ChoiceField(
        label=_("What it is for"),
        required=False,
        choices=[("", _("All")), *((one.value, PURPOSE_LABELS[one]) for one in TemplatePurpose)],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All but archived")), *STATE_LABELS.items()],
    )


class BlockForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("block", "Name"),
        max_length=40,
        widget=forms.TextInput(attrs=_LTR),
        help_text=_(
            "Small letters a to z, digits and _. Blocks called header and footer stand in every mail."
        ),
    )
    ar = forms.CharField(
        label=_("In Arabic"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "rtl", "lang": "ar", "data-raw": True}),
    )
    en = forms.CharField(
        label=_("In English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "ltr", "lang": "en", "data-raw": True}),
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise forms.ValidationError(_("Small letters a to z, digits and _."))
        return name

    @property
    def content(self) -> dict[str, str]:
        told = {one: self.cleaned_data[one].replace("\r\n", "\n").strip() for one in ("ar", "en")}
        return {language: text for language, text in told.items() if text}


class LookForm(forms.ModelForm[Look]):
    """`sms_part_price` is asked for in the currency's own unit."""

    price = forms.DecimalField(
        label=_("Price of one SMS part"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        widget=forms.TextInput(attrs={"inputmode": "decimal", **_LTR}),
        help_text=_("So that the editor says what a text costs."),
    )

    logo_url = forms.URLField(
        label=_("Address of the logo"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", **_LTR}),
        help_text=_("A picture some 280 pixels wide. Without one your name stands above."),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", **_LTR}),
    )

    class Meta:
        model = Look
        fields = ("colour", "logo_url", "website", "support", "address_ar", "address_en", "digits")
        widgets = {
            "colour": forms.TextInput(attrs={"type": "color", "dir": "ltr"}),
            "address_ar": forms.TextInput(attrs={"dir": "rtl"}),
            "address_en": forms.TextInput(attrs={"dir": "ltr"}),
            "support": forms.TextInput(attrs={"dir": "auto"}),
        }
        help_texts = {
            "support": _("A phone number, an e-mail or a WhatsApp number, at the foot of each mail."),
        }

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency
        price = self.instance.sms_part_price_minor
        if price is not None:
            self.initial["price"] = from_minor(price, currency)
        # a code, marked as one in Arabic text
        code = format_html('<bdi dir="ltr" class="code">{}</bdi>', currency)
        self.fields["price"].label = format_html("{} ({})", _("Price of one SMS part"), code)

    def clean_price(self) -> int | None:
        price = self.cleaned_data["price"]
        if price is None:
            return None
        if -price.as_tuple().exponent > decimals_of(self._currency):
            raise forms.ValidationError(_("So many decimals this currency does not have."))
        return to_minor(price, self._currency)

    @property
    def changes(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {
            **{name: given[name] for name in self._meta.fields or ()},
            "sms_part_price_minor": given["price"],
        }


class HouseForm(forms.Form):
    sender_name = forms.CharField(
        label=_("Name of the sender"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Stands before the address in every mailbox."),
    )
    site = forms.URLField(
        label=_("Address of this installation"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", **_LTR}),
        help_text=_(
            "Links to unsubscribe and to count presses begin with it, so customers must be able to open it."
        ),
    )
    sees_opens = forms.BooleanField(
        label=_("See whether mails are opened"),
        required=False,
        help_text=_(
            "Puts a picture of one dot into each mail. What machines open ahead of people is not counted, and many people's "
            "mail programs show no pictures: presses of links say more."
        ),
    )

    def clean_site(self) -> str:
        site = encode_site(str(self.cleaned_data["site"]))
        if not site.isascii():
            raise forms.ValidationError(_("No mail can name this address."))
        return site


class BudgetForm(forms.Form):
    channel = forms.ChoiceField(label=_("Way"), required=False)
    limit = forms.IntegerField(label=_("At most"), min_value=0, max_value=1_000)
    hours = forms.IntegerField(label=_("In hours"), min_value=1, max_value=366 * 24)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_choices(self, "channel", list_channel_choices(_("all together")))


class WindowForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), required=False)
    channel = forms.ChoiceField(label=_("Way"), required=False)
    opens = forms.CharField(
        label=pgettext_lazy("hours", "From"), max_length=5, widget=forms.TextInput(attrs=_LTR)
    )
    closes = forms.CharField(
        label=pgettext_lazy("hours", "Until"), max_length=5, widget=forms.TextInput(attrs=_LTR)
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = list_countries(get_language() or "")
        _set_choices(self, "country", [("", _("every country")), *countries])
        _set_choices(self, "channel", list_channel_choices(_("all")))

    def clean_opens(self) -> str:
        return _read_time(self.cleaned_data["opens"])

    def clean_closes(self) -> str:
        return _read_time(self.cleaned_data["closes"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (
            given.get("opens")
            and given.get("closes")
            and read_clock(given["opens"]) >= read_clock(given["closes"])
        ):
            self.add_error("closes", _("It must end after it begins."))
        return given


class RateForm(forms.Form):
    name = forms.CharField(
        label=_("Of what"),
        max_length=100,
        widget=forms.TextInput(attrs=_LTR),
    )
    per_minute = forms.IntegerField(label=_("Messages a minute"), min_value=1, max_value=10_000_000)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip().lower()
        if not re.fullmatch(r"[a-z0-9_-]+|domain:(\*|[a-z0-9.-]+)", name):
            raise forms.ValidationError(_("Such as smtp, domain:gmail.com or domain:*."))
        return name


class SenderForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"))
    chars_max = forms.IntegerField(label=_("At most"), min_value=3, max_value=20, initial=11)
    source = forms.CharField(label=_("Source"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_choices(self, "country", [("", "–"), *list_countries(get_language() or "")])
        # not as attributes: a form has a prefix of its own
        for name, label in (("prefix", _("In front")), ("suffix", _("Behind"))):
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=8, widget=forms.TextInput(attrs=_LTR)
            )
        self.order_fields(["country", "prefix", "suffix", "chars_max", "source"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        mark = len(given.get("prefix") or "") + len(given.get("suffix") or "")
        if given.get("chars_max") and mark >= given["chars_max"]:
            self.add_error("chars_max", _("There is no room for a name."))
        return given


def _set_choices(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)
    chosen.choices = list(choices)


def _read_time(told: str) -> str:
    told = latin_digits(told).strip()
    try:
        read_clock(told)
    except ValueError as error:
        raise forms.ValidationError(_("A time such as 09:00; the day ends at 24:00.")) from error
    hour, _colon, minute = told.partition(":")
    return f"{int(hour):02}:{int(minute):02}"


BudgetRows = forms.formset_factory(BudgetForm, extra=1, can_delete=True, max_num=20)
WindowRows = forms.formset_factory(WindowForm, extra=1, can_delete=True, max_num=200)
SenderRows = forms.formset_factory(SenderForm, extra=1, can_delete=True, max_num=100)
RateRows = forms.formset_factory(RateForm, extra=1, can_delete=True, max_num=100)


def read_rows(rows: Any) -> list[dict[str, Any]]:
    """What stands in the rows that are filled in and not taken out."""
    return [
        {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
        for form in rows
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


class TopicForm(forms.Form):
    key = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        widget=forms.TextInput(attrs=_LTR),
        help_text=_("Such as offers or news."),
    )
    label_ar = forms.CharField(
        label=_("In Arabic"), max_length=100, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    label_en = forms.CharField(
        label=_("In English"), max_length=100, widget=forms.TextInput(attrs={"dir": "ltr"})
    )


_READ_ADDRESS: Mapping[str, Callable[[str], str]] = {
    "email": read_address,
    "sms": read_typed_number,
    "whatsapp": read_typed_number,
}
_WRONG_NUMBER = _("Write the whole number with its country, such as +966 50 123 4567.")
_WRONG_ADDRESS = {
    "email": _("This is no address of this channel."),
    "sms": _WRONG_NUMBER,
    "whatsapp": _WRONG_NUMBER,
}


class SuppressionForm(forms.Form):
    channel = forms.ChoiceField(label=_("Way"))
    address = forms.CharField(
        label=_("E-mail or phone number"), max_length=254, widget=forms.TextInput(attrs=_LTR)
    )
    detail = forms.CharField(label=_("Why"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_choices(self, "channel", list_channel_choices())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        address = latin_digits(str(given.get("address", ""))).strip()
        # as the gate will ask for it: a number of another spelling is another address
        if address and (read := _READ_ADDRESS.get(given.get("channel", ""))):
            address = read(address)
            if not address:
                self.add_error("address", _WRONG_ADDRESS[given["channel"]])
        given["address"] = address
        return given


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=_("Why they may get messages again"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Stands in the audit trail."),
    )


def describe_house(told: Mapping[str, Any]) -> dict[str, Any]:
    """What house.write_house tells, as the rows of the forms."""
    return {
        "house": {
            "sender_name": told["sender_name"],
            "site": told["site"],
            "sees_opens": told["sees_opens"],
        },
        "senders": told["senders"],
        "budgets": told["budgets"],
        "windows": told["windows"],
        "rates": [{"name": name, "per_minute": rate} for name, rate in told["rates"].items()],
    }
