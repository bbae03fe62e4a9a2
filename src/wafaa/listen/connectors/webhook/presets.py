"""Ready descriptions of what systems of a kind send; each field can be told otherwise by the connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Description:
    """Paths (see paths.py) of what an event needs. `events`: a name over there and ours; empty: all, as they are named."""

    event: str = "event|type|name"
    events: Mapping[str, str] = field(default_factory=dict)
    each: str = ""  # where several come at once: the list of them
    id: str = "id|event_id|uuid"
    at: str = "timestamp|time|created_at|at"
    person: str = "customer_id|user_id|customer.id|user.id"
    email: str = "email|customer.email|user.email|contact.email"
    phone: str = "phone|mobile|customer.phone|user.phone|contact.phone"
    name: str = "customer.name|user.name|contact.name"
    properties: Mapping[str, str] = field(default_factory=dict)


# Names that telephone systems use: cloud exchanges, Asterisk's CDR and call centre suites.
CALL_ENDED = Description(
    event="=Support Call Ended",
    id="call_id|callId|call.id|uniqueid|uuid|CallSid|id",
    at="ended_at|end_time|endTime|hangup_time|call.ended_at|end|timestamp|time",
    person="customer_id|call.customer_id|customer.id",
    email="email|customer.email|call.customer_email",
    phone=(
        "customer_phone|customer_number|phone_number|phone|caller_number|caller|call.phone|call.customer_phone|customer.phone"
        "|from|From|src"
    ),
    name="customer_name|caller_name|customer.name|call.customer_name",
    properties={
        "call_id": "call_id|callId|call.id|uniqueid|uuid|CallSid|id",
        "agent": "agent|agent_name|agentName|agent.name|user.name|call.agent|call.agent.name|extension|dst",
        "duration_s": "duration_s|duration|duration_seconds|billsec|talk_time|call.duration|CallDuration",
        "direction": "direction|call.direction|call_direction|Direction",
        "phone": (
            "customer_phone|customer_number|phone_number|phone|caller_number|caller|call.phone|call.customer_phone"
            "|customer.phone|from|From|src"
        ),
        "queue": "queue|queue_name|call.queue",
        "outcome": "disposition|status|call.status|CallStatus",
    },
)
# "" is a description of one's own.
PRESETS: Mapping[str, Description] = {"": Description(), "calls": CALL_ENDED}

# What systems call the two directions.
DIRECTIONS: Mapping[str, str] = {
    "in": "inbound",
    "incoming": "inbound",
    "inbound": "inbound",
    "واردة": "inbound",
    "out": "outbound",
    "outgoing": "outbound",
    "outbound": "outbound",
    "outbound-api": "outbound",
    "outbound-dial": "outbound",
    "صادرة": "outbound",
}
