"""The stream's jobs."""

import time
import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.stream.actions import forget_refused
from wafaa.stream.queries import get_consumer, get_replay
from wafaa.stream.replaying import replay_on

# Then the job asks for its successor, so that imports and mails have their turn.
TURN_S = 20.0


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def replay_events(replay_uuid: str) -> None:
    """Goes on with a replay where it is; one that another worker has taken up meanwhile is shared with it."""
    ends_at = time.monotonic() + TURN_S
    replay = get_replay(uuid.UUID(replay_uuid))
    while replay.is_active and time.monotonic() < ends_at:
        replay = replay_on(replay_uuid=replay.uuid, consumer=get_consumer(replay.consumer))
    if replay.is_active:
        replay_events.defer(replay_uuid=replay_uuid)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="stream.forget_refused")
def forget_old_refused(timestamp: int) -> None:
    forget_refused()
