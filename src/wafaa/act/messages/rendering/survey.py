"""The block `survey`: a survey's first question with an answer behind each press, as a mail, plain text and an SMS say it.

It is there without anybody having made it; a block of the business's own by that name takes its place. What is pressed opens a
page on which the answer stands ready: only the button there answers, for a scanner of mails follows every link.
"""

NAME = "survey"
# A paragraph of its own, in words as in MJML.
TAG = f"{{% render '{NAME}' %}}"
# The same of a survey that the text itself names (act.messages.surveying): silent for whoever is not asked.
NAMED = f"{NAME}-"
QUIET_TAG = f"{{% render '{NAME}' quiet %}}"
_IS_ASKED, _END = "{% if survey.link %}", "{% endif %}"
START = {"ar": "ابدأ الإجابة", "en": "Begin"}

# Links beside one another, which a narrow screen breaks into rows; no table, for eleven of them are wider than a phone.
_TILE = (
    "display:inline-block;min-width:{width}px;margin:3px 1px;padding:{padding};text-align:center;text-decoration:none;"
    "border:1px solid {line};border-radius:8px;color:{colour};font-size:{size}px;line-height:1.3;font-weight:600"
)
_ROW = (
    "display:block;margin:6px 0;padding:11px 14px;text-decoration:none;border:1px solid {line};border-radius:8px;"
    "color:{colour};font-weight:600"
)
_LINK = (
    '<a href="{{{{ choice.url }}}}" title="{{{{ choice.text }}}}" style="{style}">{{{{ choice.label }}}}</a>'
)
_LOOP = "{{% for choice in survey.choices %}}{link} {{% endfor %}}"
_MJML = """
<mj-raw>{{% if survey.question %}}</mj-raw>
<mj-text padding="14px 28px 2px"><strong>{{{{ survey.question }}}}</strong></mj-text>
<mj-raw>{{% endif %}}{{% if survey.choices %}}{{% if survey.style == "rows" %}}</mj-raw>
<mj-text padding="4px 28px">{rows}</mj-text>
<mj-raw>{{% else %}}{{% if survey.style == "numbers" %}}</mj-raw>
<mj-text padding="4px 28px">{numbers}</mj-text>
<mj-raw>{{% else %}}</mj-raw>
<mj-text padding="4px 28px">{pictures}</mj-text>
<mj-raw>{{% endif %}}{{% if survey.low %}}</mj-raw>
<mj-text mj-class="small" padding="0 28px 6px">{ends}</mj-text>
<mj-raw>{{% endif %}}{{% endif %}}{{% else %}}</mj-raw>
<mj-button href="{{{{ survey.link }}}}">{start}</mj-button>
<mj-raw>{{% endif %}}</mj-raw>
"""
_ENDS = "{{ survey.choices.first.label }} = {{ survey.low }} · {{ survey.choices.last.label }} = {{ survey.high | default: '' }}"
# Each answer on a line with its address.
PLAIN = """{% if survey.question %}{{ survey.question }}
{% endif %}{% if survey.choices %}{% for choice in survey.choices %}{{ choice.text }}: {{ choice.url }}
{% endfor %}{% else %}{{ survey.link }}{% endif %}"""
SHORT = "{{ survey.link }}"
_PLAIN_MJML = """
<mj-text>{% if survey.question %}{{ survey.question }}<br>{% endif %}
{% if survey.choices %}{% for choice in survey.choices %}{{ choice.text }}: {{ choice.url }}<br>{% endfor %}
{% else %}{{ survey.link }}{% endif %}</mj-text>
"""


def write_block(language: str, *, colour: str, line: str) -> str:
    """MJML for the column of a mail."""
    looks = {
        "rows": _ROW.format(line=line, colour=colour),
        "numbers": _TILE.format(width=20, padding="9px 7px", line=line, colour=colour, size=17),
        "pictures": _TILE.format(width=40, padding="6px 4px", line=line, colour=colour, size=30),
    }
    loops = {name: _LOOP.format(link=_LINK.format(style=style)) for name, style in looks.items()}
    start = START["ar" if language.startswith("ar") else "en"]
    return _MJML.format(**loops, ends=_ENDS, start=start)


def quieten(block: str, *, is_mjml: bool = False) -> str:
    """The block only where somebody is asked."""
    opening, end = (f"<mj-raw>{tag}</mj-raw>" if is_mjml else tag for tag in (_IS_ASKED, _END))
    return f"{opening}{block}{end}"


def write_plain_block() -> str:
    """The same as the text part of the mail has it."""
    return _PLAIN_MJML
