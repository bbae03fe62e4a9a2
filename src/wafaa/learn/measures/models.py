"""Answers that were counted already."""

from django.db import models


class Answer(models.Model):
    """What a function answered to a question about one version of the facts, so that it is counted once."""

    key = models.CharField(max_length=64, primary_key=True)  # digest of function, question and facts version
    facts_version = models.CharField(max_length=40, db_index=True)
    answer = models.TextField()  # JSON, exactly as it travelled
    counted_at = models.DateTimeField()
