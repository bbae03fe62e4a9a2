"""What may be asked of the list of reviews, and what staff set."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.listen.reviews.queries import ReviewFilter
from wafaa.listen.reviews.rules import REPLY_MAX, STARS
from wafaa.listen.reviews.words import REASONS, STATES

ORDERS = (
    ("newest", pgettext_lazy("reviews", "Newest first")),
    ("oldest", pgettext_lazy("reviews", "Oldest first")),
    ("lowest", pgettext_lazy("reviews", "Fewest stars first")),
    ("highest", pgettext_lazy("reviews", "Most stars first")),
)
_WITH = (("", "–"), ("1", pgettext_lazy("answer", "Yes")), ("0", pgettext_lazy("answer", "No")))


class ReviewFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=_("Words, product or name"), required=False, max_length=150)
    state = forms.ChoiceField(required=False, choices=[("", ""), *STATES.items()], widget=forms.HiddenInput)
    stars = forms.ChoiceField(
        label=_("Stars"),
        required=False,
        choices=[("", pgettext_lazy("stars", "All")), *((str(star), "★" * star) for star in STARS)],
    )
    verified = forms.ChoiceField(label=_("Verified buyer"), required=False, choices=_WITH)
    photos = forms.ChoiceField(label=_("With pictures"), required=False, choices=_WITH)
    product = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    order = forms.ChoiceField(label=pgettext_lazy("reviews", "Order"), required=False, choices=ORDERS)

    def get_asked(self) -> tuple[ReviewFilter, str]:
        self.is_valid()
        read: dict[str, Any] = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        flags = {"1": True, "0": False}
        asked = ReviewFilter(
            state=read["state"],
            search=read["q"],
            rating=int(read["stars"]) if read["stars"] else None,
            is_verified=flags.get(read["verified"]),
            has_photos=flags.get(read["photos"]),
            product=read["product"],
        )
        return asked, read["order"] or "newest"


class RejectForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it is not published"), choices=list(REASONS.items()))


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Answer in public"),
        required=False,
        max_length=REPLY_MAX,
        help_text=_("It stands below the review. An empty one takes the answer away."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Name of the site"), max_length=60)
    url = forms.CharField(
        label=_("Address of its page about you"),
        max_length=500,
        validators=[URLValidator(schemes=["https"])],
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://", "inputmode": "url"}),
    )
