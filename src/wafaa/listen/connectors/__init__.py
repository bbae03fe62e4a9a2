"""One folder per kind of source."""
