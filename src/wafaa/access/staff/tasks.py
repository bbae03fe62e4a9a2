"""The room's jobs: mails about accounts."""

from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.access.sessions.rules import Origin
from wafaa.access.staff import mails
from wafaa.access.staff.queries import find_staff, list_staff

# Mail servers that make strangers wait let them in after some minutes; a link is good for an hour.
RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)


@app.task(name="wafaa.access.staff.tasks.send_link", queue=mails.QUEUE, retry=RETRY)
def send_link(email: str, base_url: str, language: str, device: str, network: str) -> None:
    """Nothing for an address that is nobody's, or somebody's who may not sign in."""
    staff = find_staff(email)
    if staff is not None and staff.is_active:
        origin = Origin(device=device, network=network)
        mails.send_link(staff=staff, base_url=base_url, language=language, origin=origin)


@app.task(name="wafaa.access.staff.tasks.send_news", queue=mails.QUEUE, retry=RETRY)
def send_news(staff_id: int, deed: str, at: str, device: str, network: str) -> None:
    staff = list_staff().filter(id=staff_id).first()
    if staff is not None:
        origin = Origin(device=device, network=network)
        mails.send_news(staff=staff, deed=deed, at=datetime.fromisoformat(at), origin=origin)
