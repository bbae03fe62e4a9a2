"""The outbox's part: what is asked once more right before sending, how a message becomes a parcel, what came of it."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from wafaa.access.business.queries import get_business
from wafaa.act.messages import gate
from wafaa.act.messages.channels import Channel, Parcel, find_addresses, get_channel
from wafaa.act.messages.channels.ways import names_keys
from wafaa.act.messages.house import EXEMPT, House
from wafaa.act.messages.links import Use, make_token
from wafaa.act.messages.pace import get_rate, list_names, take
from wafaa.act.messages.queries import Outgoing, find_outgoing, find_site, get_home, get_house
from wafaa.act.messages.rendering.rules import Missing, Rendered
from wafaa.act.messages.rules import KINDS, Candidate, Decision, Lane, SendingState, State
from wafaa.act.messages.settling import Note, note_settled
from wafaa.act.messages.surveying import ask_readers
from wafaa.act.messages.tracking import add_picture, make_rewrite
from wafaa.act.messages.writing import Writer
from wafaa.kit import clock
from wafaa.stream.outbox import Claimed, Deliver, Kind, Outcome, Verdict, find_doubts

log = logging.getLogger(__name__)

Prepared = Deliver | Outcome


@dataclass(kw_only=True)
class Batch:
    """What one preparing has read, for all its messages."""

    now: datetime
    house: House
    site: str
    sender_name: str
    channels: dict[str, Channel] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)  # by message

    def get_channel(self, name: str) -> Channel:
        if name not in self.channels:
            self.channels[name] = get_channel(name)
        return self.channels[name]

    def look_up(self, rows: Sequence[Outgoing]) -> None:
        """Asked once for all."""
        found = find_addresses((row.channel, row.reader) for row in rows)
        self.addresses = {row.id: found[row.channel, row.reader.customer_id] for row in rows}

    def get_address(self, row: Outgoing) -> str:
        if row.id not in self.addresses:
            self.addresses[row.id] = self.get_channel(row.channel).find_address(row.reader)
        return self.addresses[row.id]


Live = list[tuple[Claimed, Outgoing]]


def prepare(effects: Sequence[Claimed]) -> Mapping[int, Prepared]:
    """What is to be done for each, or why nothing is."""
    rows = find_outgoing([effect.payload["message"] for effect in effects])
    house = get_house()
    batch = Batch(
        now=clock.now(),
        house=house,
        site=find_site(house, settings.CSRF_TRUSTED_ORIGINS),
        sender_name=house.sender_name or get_business().name,
    )
    prepared: dict[int, Prepared] = {}
    live: Live = []
    for effect in effects:
        row = rows.get(effect.payload["message"])
        outcome = _judge_state(row)
        if row is None or outcome is not None:
            prepared[effect.id] = outcome or _cancel("message_gone")
        else:
            live.append((effect, row))
    batch.look_up([row for _effect, row in live])
    live = _wait_for_words(batch, live, prepared)
    live = _pass_gate(batch, live, prepared)
    live = _keep_pace(batch, live, prepared)
    prepared.update(_write_all(batch, live))
    return prepared


def _cancel(error: str, decision: Decision | None = None) -> Outcome:
    return Outcome(
        verdict=Verdict.CANCELLED, error=error[:40], note=Note(decision=decision) if decision else None
    )


def _judge_state(row: Outgoing | None) -> Outcome | None:
    """What is decided already; None where it is to be sent."""
    if row is None:
        return _cancel("message_gone")
    if row.state == State.SENT:
        # a provider's word came before ours: it was handed over by a sender that died
        return Outcome(verdict=Verdict.DELIVERED, answer=row.provider_id, note=Note())
    if row.state != State.QUEUED or row.sending_state == SendingState.CANCELLED:
        return _cancel("cancelled")
    if row.sending_state == SendingState.PAUSED:
        return Outcome(verdict=Verdict.DEFERRED)
    return None


# How long a provider has to say whether it has a message whose fate we don't know. Their first word comes within seconds.
WORD_AFTER = timedelta(minutes=2)


def _wait_for_words(batch: Batch, live: Live, prepared: dict[int, Prepared]) -> Live:
    """What may have arrived waits for its provider's word before it is tried again, where the provider names our key. If one
    comes, the message is sent and this try is none (_judge_state); if none does, it did not get there.
    """
    unsure = [
        effect.id for effect, row in live if effect.is_unsure and names_keys(batch.get_channel(row.channel))
    ]
    since = find_doubts(unsure)
    for effect, row in live:
        asked_at = since.get(effect.id)
        if asked_at is not None and batch.now < (until := min(asked_at + WORD_AFTER, row.deadline)):
            prepared[effect.id] = Outcome(verdict=Verdict.DEFERRED, due_at=until)
    return [(effect, row) for effect, row in live if effect.id not in prepared]


def _pass_gate(batch: Batch, live: Live, prepared: dict[int, Prepared]) -> Live:
    """Consent, suppression, blockers, hours and deadline may have changed since. The budget is theirs already."""
    candidates = [make_candidate(batch, row) for _effect, row in live]
    decisions = gate.ask(candidates, now=batch.now, house=batch.house, home=get_home(), with_budget=False)
    passing: Live = []
    for effect, row in live:
        decision = decisions[row.id]
        if decision.state is State.QUEUED:
            passing.append((effect, row))
        elif decision.state is State.HELD:
            prepared[effect.id] = Outcome(
                verdict=Verdict.DEFERRED, due_at=decision.due_at, note=Note(decision=decision)
            )
        else:
            prepared[effect.id] = _cancel(decision.why, decision)
    return passing


def make_candidate(batch: Batch, row: Outgoing) -> Candidate:
    return Candidate(
        key=row.id,
        message_id=row.id,
        customer_id=row.reader.customer_id,
        channel=row.channel,
        address=batch.get_address(row),
        country=row.reader.country,
        city=row.reader.city,
        purpose=row.purpose,
        topic=row.topic,
        priority=row.priority,
        deadline=row.deadline,
    )


def _keep_pace(batch: Batch, live: Live, prepared: dict[int, Prepared]) -> Live:
    """Who must wait for a provider or a domain waits in the outbox until about its turn, and takes nothing meanwhile."""
    rates = batch.house.rates
    if not rates:
        return live
    waiting: dict[str, Live] = defaultdict(list)
    for effect, row in live:
        for name in list_names(rates, batch.get_channel(row.channel).provider, batch.get_address(row)):
            waiting[name].append((effect, row))
    # the narrower first: who waits for a domain takes nothing of the provider's
    for name, some in sorted(waiting.items(), key=lambda item: (not item[0].startswith("domain:"), item[0])):
        asking = [(effect, row) for effect, row in some if effect.id not in prepared]
        if not asking:
            continue
        taken = take(name=name, wanted=len(asking), per_minute=get_rate(rates, name))
        for place, (effect, _row) in enumerate(asking[taken.granted :]):
            prepared[effect.id] = Outcome(verdict=Verdict.DEFERRED, due_at=taken.due(place))
    return [(effect, row) for effect, row in live if effect.id not in prepared]


def _write_all(batch: Batch, live: Live) -> dict[int, Prepared]:
    writer = Writer([row for _effect, row in live])
    asked = ask_readers([row for _effect, row in live], writer.surveys, site=batch.site)
    prepared: dict[int, Prepared] = {}
    for effect, row in live:
        try:
            prepared[effect.id] = _write(batch, writer, effect, row, asked.get(row.id))
        except (OperationalError, InterfaceError):  # the database is away: so it is for all
            raise
        except Exception:
            # one that cannot be prepared holds up no other
            log.exception("message %s could not be prepared", row.uuid)
            prepared[effect.id] = Outcome(
                verdict=Verdict.FAILED, error="not_prepared", blames_destination=False
            )
    return prepared


def _write(batch: Batch, writer: Writer, effect: Claimed, row: Outgoing, survey: Any) -> Prepared:
    links = make_links(batch.site, row)
    written = writer.write(row, links=links, rewrite=make_rewrite(batch.site, row.id), survey=survey)
    if isinstance(written, Missing):
        return _refuse_missing(written)
    return _pack(
        batch,
        effect,
        row,
        written=written,
        unsubscribe=links["unsubscribe"],
        number=writer.get_number(row),
        asks=survey is not None,
    )


def make_links(site: str, row: Outgoing) -> dict[str, str]:
    """What templates know as `links.…`."""
    token = make_token(Use.PREFERENCES, row.id)
    return {"unsubscribe": f"{site}/u/{token}/", "preferences": f"{site}/choices/{token}/"}


def _refuse_missing(missing: Missing) -> Outcome:
    decision = Decision(
        state=State.REFUSED,
        why=f"missing_{missing.lack}",
        asked=(gate.say_missing(missing.names, missing.detail),),
    )
    return _cancel(decision.why, decision)


def _pack(
    batch: Batch,
    effect: Claimed,
    row: Outgoing,
    *,
    written: Rendered,
    unsubscribe: str,
    number: int | None,
    asks: bool,
) -> Deliver:
    channel = batch.get_channel(row.channel)
    parcel = Parcel(
        key=row.key,
        message_id=row.id,
        reader=row.reader,
        address=batch.get_address(row),
        subject=written.subject,
        text=written.text,
        html=add_picture(written.html, batch.site, row.id) if batch.house.sees_opens else written.html,
        language=written.language,
        name=written.name,
        parameters=written.parameters,
        is_unsure=effect.is_unsure,
        unsubscribe=unsubscribe if row.purpose not in EXEMPT else "",
        sender_name=batch.sender_name,
        url=written.url,
        deadline=row.deadline,
        purpose=row.purpose,
        site=batch.site,
    )
    note = Note(
        language=written.language,
        number=number,
        asks=asks,
        # to a provider that knows its keys the same again is no repeat
        is_unsure=effect.is_unsure and not channel.honours_keys,
    )
    # where somebody can tell whether it arrived (by our key, or because they name it to us), a further try is no repeat
    is_last = note.is_unsure and not names_keys(channel)
    return partial(_hand_over, channel.prepare(parcel), note, is_last=is_last)


def _hand_over(deed: Callable[[], Outcome], note: Note, *, is_last: bool) -> Outcome:
    """`is_last`: it may have arrived already. If the line breaks again, nobody sends it a third time: a server that takes
    mails and then loses the line would deliver a copy for each try of three days.
    """
    outcome = deed()
    if is_last and outcome.verdict is Verdict.FAILED and outcome.error == "line_lost":
        outcome = replace(outcome, verdict=Verdict.PARKED)
    return replace(outcome, note=note)


# A receipt never waits for a campaign: lanes have senders of their own, and the bulk's batches a thread of their own.
URGENT = Kind(
    name=KINDS[Lane.URGENT], prepare=prepare, settled_all=note_settled, senders=2, width=20, window=20
)
NORMAL = Kind(
    name=KINDS[Lane.NORMAL], prepare=prepare, settled_all=note_settled, senders=2, width=40, window=40
)
BULK = Kind(
    name=KINDS[Lane.BULK],
    prepare=prepare,
    settled_all=note_settled,
    senders=4,
    width=400,
    window=400,
    gather_s=0.1,
    is_apart=True,
)
LANES: tuple[Kind, ...] = (URGENT, NORMAL, BULK)
