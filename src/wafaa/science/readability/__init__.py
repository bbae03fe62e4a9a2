"""How hard a text is, in Arabic and English, sentence by sentence. Pure."""

from wafaa.science.readability.measuring import (
    Comparison,
    Readability,
    Sentence,
    compare_texts,
    measure_text,
)
from wafaa.science.readability.reasons import REASONS
from wafaa.science.readability.splitting import Language

__all__ = ["REASONS", "Comparison", "Language", "Readability", "Sentence", "compare_texts", "measure_text"]
