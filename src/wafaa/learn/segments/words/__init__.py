"""Segments in words: a definition as a sentence, and why somebody is in or out."""

from wafaa.learn.segments.words.reasons import Reason, give_reason
from wafaa.learn.segments.words.sentences import Sentences, plain

__all__ = ["Reason", "Sentences", "give_reason", "plain"]
