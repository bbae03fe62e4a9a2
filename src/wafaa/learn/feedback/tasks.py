"""Jobs of comments: learning, once a night."""

from procrastinate.contrib.django import app

from wafaa.learn.feedback.actions import learn_from_comments


@app.periodic(cron="37 2 * * *")
@app.task(queueing_lock="feedback.learn")
def learn(timestamp: int) -> None:
    """From staff's corrections and from rated comments."""
    learn_from_comments()
