"""The forms of webhooks: where to, which events, and which deliveries one looks for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wafaa.act.webhooks.errors import NamesNotUsable
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.rules import NAME_CHARS_MAX, NAMES_MAX, read_names
from wafaa.know.journey.words import HOUSE
from wafaa.stream.models import Effect

# What shops ask for most; names that were heard here stand beside them.
USUAL_NAMES = (
    "Order Completed",
    "Order Updated",
    "Order Paid",
    "Order Shipped",
    "Order Delayed",
    "Order Delivered",
    "Order Refunded",
    "Order Cancelled",
    "Return Requested",
    "Checkout Started",
    "Checkout Abandoned",
    "Product Reviewed",
    "Support Conversation Started",
    "Support Conversation Ended",
    "Consent Given",
    "Consent Withdrawn",
    "identify",
)


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://", "autocomplete": "off"}),
        help_text=_("An https address of your own program. It receives a POST for each event."),
    )
    description = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        required=False,
        help_text=_("So that others know later, such as “Stock in the warehouse”."),
    )
    which = forms.ChoiceField(
        label=_("Events"),
        choices=[("all", _("All events")), ("chosen", _("Only these"))],
        initial="chosen",
        widget=forms.RadioSelect,
    )
    names = forms.MultipleChoiceField(
        label=_("Event names"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Further names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("One a line, exactly as they are sent."),
    )
    with_history = forms.BooleanField(
        label=_("Also what happened more than a week before it was told, as imports do"), required=False
    )

    def __init__(self, *args: Any, heard: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = list(dict.fromkeys((*USUAL_NAMES, *HOUSE, *heard)))
        names = self.fields["names"]
        assert isinstance(names, forms.MultipleChoiceField)
        names.choices = [(name, format_html("<bdi>{}</bdi>", name)) for name in self._offered]

    @staticmethod
    def describe(endpoint: Endpoint, heard: Sequence[str]) -> dict[str, Any]:
        """The form's values of an endpoint as it stands."""
        offered = {*USUAL_NAMES, *HOUSE, *heard}
        return {
            "url": endpoint.url,
            "description": endpoint.description,
            "which": "chosen" if endpoint.names else "all",
            "names": [name for name in endpoint.names if name in offered],
            "others": "\n".join(name for name in endpoint.names if name not in offered),
            "with_history": endpoint.with_history,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = list(dict.fromkeys([*given.get("names", []), *read_names(given.get("others", ""))]))
        too_long = len(chosen) > NAMES_MAX or any(len(name) > NAME_CHARS_MAX for name in chosen)
        if given.get("which") == "chosen" and (not chosen or too_long):
            self.add_error("others", str(NamesNotUsable()))
        given["chosen"] = chosen if given.get("which") == "chosen" else []
        return given


class LogForm(forms.Form):
    """What is looked for among the deliveries; the same fields choose what is sent again."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Effect.State.choices]
    )
    name = forms.CharField(label=_("Event"), required=False, max_length=NAME_CHARS_MAX)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
