"""Asking HubSpot's CRM for contacts and giving it ours."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from wafaa.listen.connectors.calling import call, is_rate_limited, read_json
from wafaa.listen.connectors.hubspot.reading import PROPERTIES, read_contact
from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import (
    Answer,
    Connected,
    ConnectorError,
    Contact,
    Page,
    Reading,
    Send,
    Told,
    Why,
)

API = "https://api.hubapi.com"
CONTACTS = "/crm/v3/objects/contacts"
# The API's own limit, of lists and of batches.
AT_ONCE = 100
# A private app may ask 100 times in 10 seconds; when the day's quota is used up, it is given back at midnight.
_TEN_SECONDS, _HOUR = 10.0, 3600.0
_START = "first"


def start(_connected: Connected) -> str:
    return _START


def test(connected: Connected, send: Send) -> str:
    """Which account the token opens, and how many contacts it has."""
    account = Payload(read_json(_ask(connected, send, "GET", "/account-info/v3/details")))
    found = Payload(
        read_json(_ask(connected, send, "POST", f"{CONTACTS}/search", content={"limit": 1, "properties": []}))
    )
    return (
        f"{account.first('uiDomain', 'accountType')} {account.text('portalId')}, {found.text('total') or 0}"
    )


def fetch_page(connected: Connected, cursor: str, send: Send) -> Page:
    """The list of all contacts; `cursor` is HubSpot's own `after`."""
    query: dict[str, Any] = {"limit": AT_ONCE, "properties": ",".join(PROPERTIES), "archived": "false"}
    if cursor != _START:
        query["after"] = cursor
    answer = _ask(connected, send, "GET", f"{CONTACTS}?{urlencode(query)}")
    if is_rate_limited(answer):
        return Page(cursor=cursor, wait_s=_read_wait(answer))
    body = Payload(read_json(answer))
    after = body.object("paging").object("next").text("after", limit=100)
    return Page(
        reading=Reading(told=_read_all(connected, body)), cursor=after or None, wait_s=_slow_down(answer)
    )


def fetch_named(connected: Connected, ids: Sequence[str], send: Send) -> Page:
    """Contacts by their ids; those that are gone meanwhile are left out (207)."""
    content = {"properties": list(PROPERTIES), "inputs": [{"id": one} for one in ids[:AT_ONCE]]}
    answer = _ask(connected, send, "POST", f"{CONTACTS}/batch/read", content=content)
    if is_rate_limited(answer):
        return Page(cursor="again", wait_s=_read_wait(answer))
    return Page(reading=Reading(told=_read_all(connected, Payload(read_json(answer)))), cursor=None)


def push(connected: Connected, contacts: Sequence[Contact], send: Send) -> Mapping[str, Any]:
    """Upserts by e-mail, 100 at a time. What is empty here stays as it is there, and so do names that came from there."""
    ours = f"{connected.place.system}:{connected.place.uuid8}:"
    inputs = {}
    for contact in contacts:
        if not contact.email:
            continue
        properties = {"phone": contact.phone, "city": contact.city, "country": contact.country}
        if not any(one.startswith(ours) for one in contact.distinct_ids):
            properties |= _split_name(contact.name)
        # of two customers with one address the later stands: HubSpot takes each id once
        inputs[contact.email.lower()] = {
            "idProperty": "email",
            "id": contact.email.lower(),
            "properties": {key: value for key, value in properties.items() if value},
        }
    rows = list(inputs.values())
    for place in range(0, len(rows), AT_ONCE):
        _upsert(connected, send, rows[place : place + AT_ONCE])
    return {}


def _upsert(connected: Connected, send: Send, rows: Sequence[Mapping[str, Any]]) -> None:
    """One that HubSpot does not take (an address that is none) makes it refuse the whole batch: then they go one by one."""
    answer = _ask(connected, send, "POST", f"{CONTACTS}/batch/upsert", content={"inputs": list(rows)})
    if is_rate_limited(answer):
        raise ConnectorError(Why.SYSTEM_FAILED, f"rate limit, {_read_wait(answer):.0f} s")
    if answer.status == 400 and len(rows) > 1:
        for row in rows:
            _upsert(connected, send, [row])
    elif answer.status != 400:
        read_json(answer)


def _split_name(name: str) -> dict[str, str]:
    """The last word is the family's name, as in محمد بن علي العتيبي."""
    first, _space, last = name.strip().rpartition(" ")
    return {"firstname": first or last, "lastname": last if first else ""}


def _read_all(connected: Connected, body: Payload) -> list[Told]:
    return [told for contact in body.objects("results") for told in read_contact(connected, contact)]


def _ask(connected: Connected, send: Send, method: str, path: str, *, content: Any = None) -> Answer:
    address = str(connected.settings.get("api_address") or API).rstrip("/")
    headers = {"Authorization": f"Bearer {connected.secrets.get('token', '')}"}
    return call(send, method, f"{address}{path}", headers=headers, content=content)


def _read_wait(answer: Answer) -> float:
    """429 names the policy: TEN_SECONDLY_ROLLING or DAILY."""
    given = answer.headers.get("retry-after", "")
    if given.isdigit():
        return min(float(given), _HOUR)
    return _HOUR if b'"DAILY"' in answer.body else _TEN_SECONDS


def _slow_down(answer: Answer) -> float:
    """Before the last requests of ten seconds are used up, others of the same account get some too."""
    left = answer.headers.get("x-hubspot-ratelimit-remaining", "")
    return _TEN_SECONDS if left.isdigit() and int(left) <= 5 else 0.0
