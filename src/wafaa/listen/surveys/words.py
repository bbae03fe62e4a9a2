"""What is said of wrong content, gaps and wrong answers, in the reader's language."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.kit.text import isolate

WRONG: dict[str, Promise | str] = {
    "kind": _("Expected {kind}."),
    "unknown_field": _("The field {name} is not known."),
    "missing": _("The field {name} is missing."),
    "key": _("A key is made of small Latin letters, digits, - and _, {limit} at most."),
    "twice": _("The key {key} stands here twice."),
    "choice": _("Expected one of: {choices}."),
    "letters": _("Longer than {limit} letters."),
    "count": _("More than {limit} of these."),
    "range": _("Expected a number from {low} to {high}."),
    "address": _("An address begins with https:// or /."),
    "language": _("A language is two small letters, as in ar or en."),
    "main_language": _("The main language is one of the languages."),
    "depth": _("Conditions lie too deep in each other."),
    "condition": _("A condition holds all, any, not, or one test."),
    "order": _("The least is more than the most."),
}
GAPS: dict[str, Promise | str] = {
    "no_text": _("Words in the main language are missing."),
    "no_question": _("The survey asks nothing yet."),
    "empty_page": _("This page has no questions."),
    "few_options": _("At least {limit} choices are needed."),
    "no_rows": _("The table has no rows."),
    "no_contact_field": _("Contacts ask for name, e-mail or phone only."),
    "key_taken": _("The key {key} is used for “something else”."),
    "unknown_page": _("The page {key} does not exist."),
    "unknown_outcome": _("The ending {key} does not exist."),
    "unknown_question": _("The question {key} does not exist, or is asked later."),
    "answered_later": _("The question {key} is not asked on an earlier page."),
    "unknown_hidden": _("The hidden field {key} does not exist."),
    "unknown_profile": _("Customers have no field {key} that surveys may use."),
    "leads_back": _("A jump can only lead forward."),
    "anonymous_hidden": _("An anonymous survey keeps no hidden fields."),
}
ANSWERS: dict[str, Promise | str] = {
    "required": _("Please answer this question."),
    "required_rows": _("Please answer every row."),
    "consent": _("Please tick the box to go on."),
    "several": _("Please choose one answer only."),
    "unreadable": _("This text holds signs that cannot be read."),
    "too_long": _("This is longer than {limit} letters."),
    "no_number": _("Please write a number."),
    "scale": _("Please choose a number from {low} to {high}."),
    "unknown_choice": _("This choice does not belong to the question."),
    "unknown_question": _(
        "An answer came to a question that this page does not ask ({name}). It was left out."
    ),
    "too_few": _("Please choose at least {limit}."),
    "too_many": _("Please choose {limit} at most."),
    "rank_twice": _("The rank {rank} is given twice."),
    "no_email": _("This does not look like an e-mail address."),
    "no_phone": _("This does not look like a phone number."),
    "too_low": _("Please write {limit} or more."),
    "too_high": _("Please write {limit} or less."),
    "no_day": _("Please write a day such as 2026-03-21."),
    "too_early": _("Please choose {limit} or later."),
    "too_late": _("Please choose {limit} or earlier."),
    "file": _("Only pictures and PDF files of at most {limit} MB are taken."),
    "trap": _("A field that must stay empty was filled. Empty it, and send the page again."),
}


def say_wrong(code: str, facts: dict[str, Any]) -> str:
    """Of ContentWrong."""
    return _fill(WRONG[code], facts)


def say_gap(code: str, facts: dict[str, Any]) -> str:
    """Of checking.Gap."""
    return _fill(GAPS[code], facts)


def say_answer(code: str, facts: dict[str, Any]) -> str:
    """Of taking.AnswerWrong."""
    return _fill(ANSWERS[code], facts)


def _fill(words: Promise | str, facts: dict[str, Any]) -> str:
    return str(words).format(**{key: isolate(str(value)) for key, value in facts.items()})
