"""How the console puts figures into words, in the reader's language."""
