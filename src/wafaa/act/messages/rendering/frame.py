"""The sheet around a mail's words: direction, type, colours, what stands above and below, as MJML."""

from dataclasses import dataclass
from html import escape

from wafaa.act.messages.rendering.rules import is_rtl

HEADER, FOOTER = "header", "footer"
FONTS = {
    "ltr": "'Segoe UI', Helvetica, Arial, sans-serif",
    "rtl": "'Segoe UI', Tahoma, 'Noto Sans Arabic', 'Geeza Pro', Arial, sans-serif",
}
# Arabic letters are small for their size: some 18 % larger, with more room between the lines, they read as Latin ones do.
SIZES = {
    "ltr": {"text": 16, "small": 13, "heading1": 24, "heading2": 19, "line": 1.6},
    "rtl": {"text": 19, "small": 15, "heading1": 28, "heading2": 22, "line": 1.8},
}
INK, PALE, PAPER, GROUND, LINE = "#1c1f1f", "#565c5b", "#ffffff", "#f4f2ec", "#e7e4dd"

DEFAULT_HEADER = """
<mj-section background-color="{ground}" padding="20px 0 8px">
  <mj-column>
    {{% if business.logo %}}<mj-image src="{{{{ business.logo }}}}" alt="{{{{ business.name | default: "" }}}}" width="140px" />
    {{% else %}}<mj-text align="center" mj-class="small"><strong>{{{{ business.name | default: "" }}}}</strong></mj-text>
    {{% endif %}}
  </mj-column>
</mj-section>
"""
DEFAULT_FOOTER = """
<mj-text align="center" mj-class="small">{{{{ business.name | default: "" }}}}
{{% if business.address %}}<br>{{{{ business.address }}}}{{% endif %}}
{{% if business.support %}}<br>{reach}: {{{{ business.support }}}}{{% endif %}}</mj-text>
"""
REACH = {"ar": "للتواصل معنا", "en": "Reach us"}
STOP = """
<mj-text align="center" mj-class="small">{why}
<a href="{{{{ links.preferences }}}}">{choose}</a> · <a href="{{{{ links.unsubscribe }}}}">{stop}</a></mj-text>
"""
STOP_WORDS = {
    "ar": {
        "why": "وصلتك هذه الرسالة لأنك وافقت على تلقّي رسائلنا.",
        "choose": "تفضيلات الرسائل",
        "stop": "إلغاء الاشتراك",
    },
    "en": {
        "why": "You get this because you agreed to hear from us.",
        "choose": "Choose what you hear about",
        "stop": "Unsubscribe",
    },
}


@dataclass(frozen=True, kw_only=True)
class Style:
    """What of the business's look is set in a mail when it is compiled."""

    colour: str = "#0f6b5c"


def build_head(language: str, style: Style, preheader: str, subject: str) -> str:
    """MJML up to the body. `preheader` and `subject` are ready for it, their Liquid taken out."""
    rtl = is_rtl(language)
    direction, start = ("rtl", "right") if rtl else ("ltr", "left")
    size = SIZES[direction]
    preview = f"<mj-preview>{preheader}</mj-preview>" if preheader else ""
    return f"""<mjml lang="{escape(language)}" dir="{direction}"><mj-head>
<mj-title>{subject}</mj-title>{preview}
<mj-attributes>
<mj-all font-family="{FONTS[direction]}" />
<mj-section direction="{direction}" padding="0" />
<mj-wrapper direction="{direction}" padding="0" />
<mj-column direction="{direction}" />
<mj-text align="{start}" font-size="{size["text"]}px" line-height="{size["line"]}" color="{INK}" padding="8px 28px" />
<mj-table align="{start}" font-size="{size["text"]}px" line-height="{size["line"]}" color="{INK}" padding="8px 28px" />
<mj-button align="{start}" inner-padding="12px 26px" font-size="{size["text"]}px" font-weight="600" line-height="1.4"
 background-color="{style.colour}" color="{PAPER}" border-radius="6px" padding="14px 28px" />
<mj-image padding="8px 28px" border-radius="6px" />
<mj-divider border-width="1px" border-color="{LINE}" padding="14px 28px" />
<mj-class name="small" font-size="{size["small"]}px" color="{PALE}" />
<mj-class name="heading1" font-size="{size["heading1"]}px" font-weight="700" line-height="1.4" />
<mj-class name="heading2" font-size="{size["heading2"]}px" font-weight="700" line-height="1.5" />
</mj-attributes>
<mj-style>
:root {{ color-scheme: light; }}
a {{ color: {style.colour}; }}
p {{ margin: 0; }}
ul, ol {{ margin: 0; padding-inline-start: 22px; }}
bdi[dir="ltr"] {{ white-space: nowrap; }}
</mj-style></mj-head>"""


def build_body(header: str, body: str, footer: str) -> str:
    return (
        f'<mj-body background-color="{GROUND}">{header}'
        f'<mj-wrapper background-color="{PAPER}" border-radius="10px" padding="16px 0 20px">{body}</mj-wrapper>'
        f'<mj-section padding="12px 0 28px"><mj-column>{footer}</mj-column></mj-section></mj-body></mjml>'
    )


def default_header() -> str:
    return DEFAULT_HEADER.format(ground=GROUND)


def default_footer(language: str) -> str:
    return DEFAULT_FOOTER.format(reach=REACH[_words_of(language)])


def write_stops(language: str) -> str:
    """How to stop these mails, for whatever is not about the customer's own order."""
    return STOP.format(**STOP_WORDS[_words_of(language)])


def _words_of(language: str) -> str:
    return "ar" if language.startswith("ar") else "en"
