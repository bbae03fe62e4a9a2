"""The audit trail in words: what was done, and from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.access.staff.models import ROLE_LABELS
from wafaa.access.staff.rules import Role

DEEDS = {
    "change_settings": gettext_lazy("Changed the settings"),
    "create_segment": gettext_lazy("Made a segment"),
    "change_segment": gettext_lazy("Changed a segment"),
    "pause_segment": gettext_lazy("Paused a segment"),
    "resume_segment": gettext_lazy("Resumed a segment"),
    "import_segment": gettext_lazy("Put customers on a list"),
    "set_aside_segment": gettext_lazy("Removed a segment"),
    "restore_segment": gettext_lazy("Brought a removed segment back"),
    "remove_segment": gettext_lazy("Removed a segment for good"),
    "create_staff": gettext_lazy("Added to staff"),
    "change_staff": gettext_lazy("Changed a member of staff"),
    "set_password": gettext_lazy("Set a new password"),
    "turn_on_second_factor": gettext_lazy("Turned the second factor on"),
    "turn_off_second_factor": gettext_lazy("Took the second factor away"),
    "renew_recovery_codes": gettext_lazy("Made new recovery codes"),
    "end_sessions": gettext_lazy("Signed a person out everywhere"),
    "set_stores": gettext_lazy("Changed the stores of a member of staff"),
    "load_demo": gettext_lazy("Loaded the demo shop"),
    "remove_demo": gettext_lazy("Removed the demo shop"),
    "upload_file": gettext_lazy("Uploaded a file"),
    "create_key": gettext_lazy("Made an API key"),
    "revoke_key": gettext_lazy("Revoked an API key"),
    "create_webhook": gettext_lazy("Added a webhook"),
    "change_webhook": gettext_lazy("Changed a webhook"),
    "delete_webhook": gettext_lazy("Deleted a webhook"),
    "rotate_webhook_secret": gettext_lazy("Made a new secret for a webhook"),
    "show_webhook_secret": gettext_lazy("Looked at the secret of a webhook"),
    "discard_parked_event": gettext_lazy("Gave a parked event up"),
    "discard_refused_message": gettext_lazy("Threw a refused message away"),
    "replay_events": gettext_lazy("Handed events on again"),
    "publish_import": gettext_lazy("Published an import"),
    "cancel_import": gettext_lazy("Cancelled an import"),
    "change_customer": gettext_lazy("Changed a customer"),
    "set_owner": gettext_lazy("Set who is responsible for a customer"),
    "set_tags": gettext_lazy("Changed a customer's tags"),
    "create_tag": gettext_lazy("Made a tag"),
    "change_tag": gettext_lazy("Changed a tag"),
    "remove_tag": gettext_lazy("Removed a tag"),
    "define_field": gettext_lazy("Defined an own field"),
    "remove_field": gettext_lazy("Removed an own field"),
    "save_view": gettext_lazy("Saved a shared view"),
    "remove_view": gettext_lazy("Removed a shared view"),
    "bulk_add_tag": gettext_lazy("Gave many customers a tag"),
    "bulk_remove_tag": gettext_lazy("Took a tag off many customers"),
    "bulk_set_owner": gettext_lazy("Set who is responsible for many customers"),
    "bulk_set_field": gettext_lazy("Set an own field of many customers"),
    "undo_bulk_edit": gettext_lazy("Took a change of many customers back"),
    "merge_customers": gettext_lazy("Merged two customers"),
    "undo_merge": gettext_lazy("Undid a merge"),
    "tell_apart": gettext_lazy("Told two customers apart"),
    "withdraw_decision": gettext_lazy("Took back a decision about two customers"),
    "write_note": gettext_lazy("Wrote a note"),
    "edit_note": gettext_lazy("Changed a note"),
    "delete_note": gettext_lazy("Deleted a note"),
    "restore_note": gettext_lazy("Brought a note back"),
    "add_task": gettext_lazy("Added a task"),
    "change_task": gettext_lazy("Changed a task"),
    "complete_task": gettext_lazy("Did a task"),
    "reopen_task": gettext_lazy("Opened a task again"),
    "delete_task": gettext_lazy("Deleted a task"),
    "restore_task": gettext_lazy("Brought a task back"),
    "attach_file": gettext_lazy("Attached a file"),
    "delete_file": gettext_lazy("Deleted a file"),
    "restore_file": gettext_lazy("Brought a file back"),
    "add_goal": gettext_lazy("Set a goal of a touchpoint"),
    "remove_goal": gettext_lazy("Removed a goal of a touchpoint"),
    "create_experiment": gettext_lazy("Set up an experiment"),
    "start_experiment": gettext_lazy("Started an experiment"),
    "finish_experiment": gettext_lazy("Ended an experiment"),
    "show_user_secret": gettext_lazy("Saw the secret that signs who is signed in"),
    "create_template": gettext_lazy("Wrote a template"),
    "change_template": gettext_lazy("Changed a template"),
    "save_block": gettext_lazy("Changed a block of messages"),
    "remove_block": gettext_lazy("Removed a block of messages"),
    "change_look": gettext_lazy("Changed the look of messages"),
    "change_message_settings": gettext_lazy("Changed how messages are sent"),
    "save_topic": gettext_lazy("Changed a topic of messages"),
    "suppress_address": gettext_lazy("Blocked an address"),
    "set_up_message_provider": gettext_lazy("Set up a provider of messages"),
    "change_message_provider": gettext_lazy("Changed a provider of messages"),
    "turn_message_provider": gettext_lazy("Turned a provider of messages on or off"),
    "remove_message_provider": gettext_lazy("Removed a provider of messages"),
    "lift_suppression": gettext_lazy("Let a blocked address in again"),
    "change_sending": gettext_lazy("Stopped or continued a sending"),
    "empty_mailbox": gettext_lazy("Emptied the mailbox"),
    "create_campaign": gettext_lazy("Drafted a campaign"),
    "change_campaign": gettext_lazy("Changed a campaign"),
    "launch_campaign": gettext_lazy("Launched a campaign"),
    "approve_campaign": gettext_lazy("Agreed to a campaign"),
    "pause_campaign": gettext_lazy("Paused a campaign"),
    "resume_campaign": gettext_lazy("Let a campaign go on"),
    "cancel_campaign": gettext_lazy("Cancelled a campaign"),
    "remove_campaign": gettext_lazy("Removed a campaign's draft"),
    "create_asking": gettext_lazy("Made a rule of asking"),
    "change_asking": gettext_lazy("Changed a rule of asking"),
    "switch_asking_on": gettext_lazy("Switched a rule of asking on"),
    "switch_asking_off": gettext_lazy("Switched a rule of asking off"),
    "create_automation": gettext_lazy("Made an automation"),
    "change_automation": gettext_lazy("Changed an automation"),
    "switch_on_automation": gettext_lazy("Switched an automation on"),
    "switch_off_automation": gettext_lazy("Switched an automation off"),
    "pause_automation": gettext_lazy("Paused an automation"),
    "resume_automation": gettext_lazy("Let an automation go on"),
    "publish_review": gettext_lazy("Published a review"),
    "reject_review": gettext_lazy("Kept a review off the page"),
    "undo_review_decision": gettext_lazy("Undid a decision about a review"),
    "reply_to_review": gettext_lazy("Answered a review in public"),
    "choose_testimonial": gettext_lazy("Chose a testimonial, or took it off"),
    "add_review_site": gettext_lazy("Added a site of reviews"),
    "remove_review_site": gettext_lazy("Removed a site of reviews"),
    "take_case": gettext_lazy("Took a case on"),
    "assign_case": gettext_lazy("Assigned a case"),
    "note_case": gettext_lazy("Noted something about a case"),
    "contact_case": gettext_lazy("Spoke to the customer of a case"),
    "close_case": gettext_lazy("Called a case done"),
    "reopen_case": gettext_lazy("Opened a case again"),
    "undo_case": gettext_lazy("Undid a deed about a case"),
    "change_case_target": gettext_lazy("Changed the time to answer cases"),
    "add_suggestion": gettext_lazy("Added a suggestion"),
    "change_suggestion": gettext_lazy("Changed a suggestion"),
    "decide_suggestion": gettext_lazy("Decided a suggestion"),
    "merge_suggestions": gettext_lazy("Merged two suggestions"),
    "undo_suggestion_merge": gettext_lazy("Took two merged suggestions apart"),
    "share_page": gettext_lazy("Shared a page by link"),
    "revoke_share": gettext_lazy("Revoked a shared link"),
    "give_consent": gettext_lazy("Noted a consent"),
    "withdraw_consent": gettext_lazy("Noted that a consent was withdrawn"),
    "add_consent_text": gettext_lazy("Kept the wording of a consent"),
    "export_customer": gettext_lazy("Took a copy of a customer's data"),
    "erase_customer": gettext_lazy("Erased a customer"),
    "set_weekly_mail": gettext_lazy("Changed who gets the weekly mail"),
    "replace_demo": gettext_lazy("Replaced the demo shop by real orders"),
    "connect_system": gettext_lazy("Connected a system"),
    "change_connection": gettext_lazy("Changed a connection"),
    "subscribe_connection": gettext_lazy("Registered a connection's webhooks"),
    "pause_connection": gettext_lazy("Paused a connection"),
    "resume_connection": gettext_lazy("Let a connection go on"),
    "disconnect_system": gettext_lazy("Disconnected a system"),
    "start_backfill": gettext_lazy("Began to fetch a system's past"),
    "pause_backfill": gettext_lazy("Paused fetching a system's past"),
    "resume_backfill": gettext_lazy("Let fetching a system's past go on"),
    "cancel_backfill": gettext_lazy("Cancelled fetching a system's past"),
    "settle_wish": gettext_lazy("Did what a system asked for"),
}

FIELDS = {
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "role": gettext_lazy("Role"),
    "is_active": gettext_lazy("May sign in"),
    "stores": gettext_lazy("Stores"),
    "sessions": gettext_lazy("Sessions"),
    "language": gettext_lazy("Language"),
    "currency": gettext_lazy("Currency"),
    "time_zone": gettext_lazy("Time zone"),
    "week_start": gettext_lazy("Week starts on"),
    "prices_include_tax": gettext_lazy("Prices include tax"),
    "tax_percent": gettext_lazy("Tax rate in per cent"),
    "lapse_window_days": gettext_lazy("Lapse window in days"),
    "leaders_need_second_factor": gettext_lazy("Owners and managers need a second factor"),
    "external_id": gettext_lazy("Customer number"),
    "phone": gettext_lazy("Phone"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "birth_date": gettext_lazy("Birth date"),
    "owner": gettext_lazy("Responsible"),
    "tags": gettext_lazy("Tags"),
    "colour": gettext_lazy("Colour"),
    "customers": gettext_lazy("Customers"),
    "merged": gettext_lazy("Merged entry"),
    "label_ar": gettext_lazy("Label in Arabic"),
    "label_en": gettext_lazy("Label in English"),
    "choices": gettext_lazy("Choices"),
    "asked": gettext_lazy("Filter"),
    "letters": gettext_lazy("Letters"),
    "due_on": gettext_lazy("Due on"),
    "assignee": gettext_lazy("Assigned to"),
    "kind": gettext_lazy("Kind"),
    "bytes": gettext_lazy("Size in bytes"),
    "shows_demo": gettext_lazy("Demo shop"),
    "scope": gettext_lazy("May do"),
    "system": gettext_lazy("System"),
    "secrets": gettext_lazy("Secrets entered anew"),
    "wish": gettext_lazy("Request"),
    "touchpoint": gettext_lazy("After this"),
    "wanted": gettext_lazy("This should follow"),
    "within_hours": gettext_lazy("Within hours"),
    "expires_at": gettext_lazy("Works until"),
    "channel": gettext_lazy("Way"),
    "purpose": gettext_lazy("What for"),
    "version": gettext_lazy("Version"),
    "reason": gettext_lazy("Why"),
    "url": gettext_lazy("Address"),
    "description": gettext_lazy("What it is for"),
    "names": gettext_lazy("Events"),
    "with_history": gettext_lazy("With what happened long ago"),
    "topic": gettext_lazy("Topic"),
    "cause": gettext_lazy("Cause"),
    "budgets": gettext_lazy("Contact budget"),
    "windows": gettext_lazy("Hours"),
    "rates": gettext_lazy("Messages a minute"),
    "site": gettext_lazy("Address of this installation"),
    "sender_name": gettext_lazy("Name of the sender"),
    "mails": gettext_lazy("Messages"),
    "logo_url": gettext_lazy("Logo"),
    "website": gettext_lazy("Website"),
    "support": gettext_lazy("How customers reach you"),
    "address_ar": gettext_lazy("Postal address in Arabic"),
    "address_en": gettext_lazy("Postal address in English"),
    "digits": gettext_lazy("Digits in Arabic"),
    "sms_part_price_minor": gettext_lazy("Price of one SMS part"),
    "state": gettext_lazy("State"),
}


@dataclass(frozen=True, kw_only=True)
class Detail:
    field: str
    before: str
    after: str


def say_deed(deed: str) -> str:
    """A deed that has no words yet shows its name."""
    return str(DEEDS.get(deed, deed))


def say_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Detail]:
    """The fields that differ, in the order in which they stand."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Detail(
            field=str(FIELDS.get(name, name)),
            before=_say(name, before.get(name)),
            after=_say(name, after.get(name)),
        )
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def _say(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "role" and value in set(Role):
        return str(ROLE_LABELS[Role(value)])
    if isinstance(value, list):
        return " · ".join(map(str, value))
    return str(value)
