"""One HTTP request to a provider and what its answer means, for all of them alike.

What decides is whether the provider may have the message: where nothing was sent, or it said that it did not take it, a further
try is harmless; where the line broke after the request, nobody knows, and the message is `line_lost` until a word comes back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from wafaa.kit import clock
from wafaa.kit.outbound import OutboundFailed, OutboundRefused, Reply, send
from wafaa.kit.standard_webhooks import read_retry_after
from wafaa.stream.outbox import Outcome, Verdict

TIMEOUT_S = 15.0
ANSWER_BYTES_MAX = 65_536
# Said before anything was done with the request.
_BUSY = frozenset({429, 503})
_SIGN_IN = frozenset({401, 403})


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


Judge = Callable[[Reply], Outcome]


def call(asked: Call, judge: Judge) -> Outcome:
    """One try."""
    try:
        reply = send(
            asked.method,
            asked.url,
            headers=asked.headers,
            body=asked.body,
            timeout_s=TIMEOUT_S,
            limit_bytes=ANSWER_BYTES_MAX,
            cut=True,
        )
    except OutboundRefused as error:
        return fail(f"refused_{error.why}")
    except OutboundFailed as error:
        return fail("line_lost" if error.begun else "no_provider", answer=error.why)
    return judge(reply)


def accept(reply: Reply, provider_id: str) -> Outcome:
    return Outcome(verdict=Verdict.DELIVERED, status=reply.status, answer=provider_id[:200])


def fail(error: str, *, status: int | None = None, answer: str = "", retry_after_s: float = 0.0) -> Outcome:
    """To be tried again; others to the same provider would fare no better."""
    return Outcome(
        verdict=Verdict.FAILED, status=status, answer=answer[:300], error=error, retry_after_s=retry_after_s
    )


def refuse(error: str, reply: Reply, said: str = "") -> Outcome:
    """Never to be tried again: it is about this message or its reader."""
    return Outcome(
        verdict=Verdict.PARKED,
        status=reply.status,
        answer=said[:300],
        error=error,
        blames_destination=False,
    )


def judge_refusal(reply: Reply, said: str = "") -> Outcome:
    """What an answer that is no success means by its status alone."""
    said = said or reply.body[:300].decode("utf-8", "replace")
    if reply.status in _BUSY:
        return fail(
            "provider_busy",
            status=reply.status,
            answer=said,
            retry_after_s=read_retry_after(reply.headers.get("retry-after", ""), clock.now()),
        )
    if reply.status >= 500:
        return fail("line_lost", status=reply.status, answer=said)
    if reply.status in _SIGN_IN:
        return fail("sign_in_refused", status=reply.status, answer=said)
    return refuse("provider_refused", reply, said)


def is_success(reply: Reply) -> bool:
    return 200 <= reply.status < 300


def read_json(body: bytes) -> dict[str, object]:
    """Empty where it is no JSON object."""
    try:
        read = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
