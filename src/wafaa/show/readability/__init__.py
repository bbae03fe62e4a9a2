"""Can people read it? How hard a text is in Arabic and English, sentence by sentence."""
