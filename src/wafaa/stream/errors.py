"""What can be asked of the stream and cannot be done."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ParkedEventGone(WafaaError):
    code = "parked_event_gone"
    status = 404
    message = _("This event is parked no more: it was handled or discarded meanwhile.")


class ParkedEventWaits(WafaaError):
    code = "parked_event_waits"
    status = 409
    message = _(
        "This event only waits behind an earlier one of the same person. Discard or replay that one first."
    )


class UnknownConsumer(WafaaError):
    code = "unknown_consumer"
    status = 404
    message = _("No part of the program is called {name}. There are: {names}.")


class NotReplayable(WafaaError):
    code = "not_replayable"
    status = 409
    message = _(
        "{name} cannot be given events again: an old one would win over what is known by now. "
        "Parked events can be tried again at any time."
    )


class ReplayGoesToTheEnd(WafaaError):
    code = "replay_goes_to_the_end"
    status = 409
    message = _(
        "In {name} the last event wins, so a replay goes on to the newest one, of all names and people: "
        "give the beginning only."
    )


class ReplayUnderway(WafaaError):
    code = "replay_underway"
    status = 409
    message = _("{name} is being given events again already. Wait for its end, or cancel it.")
