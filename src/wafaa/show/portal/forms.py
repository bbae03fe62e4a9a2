"""The console's form of the portal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.show.portal.actions.setting import read_sites
from wafaa.show.portal.errors import SiteWrong
from wafaa.show.portal.models import Portal


class PortalForm(forms.ModelForm[Portal]):
    frame_sites = forms.CharField(
        label=_("Sites that may show it within a page of theirs"),
        help_text=_("One address a line, such as https://example.com. Left empty, none may."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
    )

    class Meta:
        model = Portal
        fields = ("is_on", "may_join", "welcome_ar", "welcome_en", "frame_sites", "whatsapp_template")
        help_texts = {
            "may_join": _("They prove their e-mail address or mobile number by a code first."),
            "whatsapp_template": _(
                "The name of a template of the kind authentication that WhatsApp approved, with the code as its one parameter "
                "and a button that copies it. Without one, no codes go by WhatsApp."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["frame_sites"] = "\n".join(self.instance.frame_sites)
        self.fields["welcome_ar"].widget.attrs["dir"] = "rtl"
        self.fields["welcome_en"].widget.attrs["dir"] = "ltr"
        self.fields["whatsapp_template"].widget.attrs["dir"] = "ltr"

    def clean_frame_sites(self) -> list[str]:
        try:
            return read_sites(self.cleaned_data["frame_sites"].splitlines())
        except SiteWrong as error:
            raise forms.ValidationError(str(error)) from error
