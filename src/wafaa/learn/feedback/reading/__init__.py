"""Reading a comment: language, feeling, topics and the words that say so. Pure numpy: no Django, no clock, no outside call.

read_comments(["الخدمة ممتازة لكن السعر غالي"]) -> [Reading(language="ar", sentiment="positive", topics=("price", ...), ...)]
"""

from wafaa.learn.feedback.reading.comments import Reading, Span, read_comments
from wafaa.learn.feedback.reading.letters import detect_language, normalise
from wafaa.learn.feedback.reading.topics import TOPICS

__all__ = ["TOPICS", "Reading", "Span", "detect_language", "normalise", "read_comments"]
