"""How hard a text is, in Arabic and English, sentence by sentence. Pure."""

from wafaa.science.readability.measuring import (
    Comparison,
    Language,
    Readability,
    Sentence,
    compare_texts,
    measure_text,
)

__all__ = ["Comparison", "Language", "Readability", "Sentence", "compare_texts", "measure_text"]
