"""Answers as people read them and take them along: the list, one response, files out."""
