"""Reading a comment: language, feeling, topics and the words that say so. Pure numpy: no Django, no clock, no outside call.

comments.read_comments(["الخدمة ممتازة لكن السعر غالي"]) -> [Reading(language="ar", sentiment="positive", ...)]
Nothing is imported here: pages that only show comments load no numpy.
"""
