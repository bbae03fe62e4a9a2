"""The one-shot report on a bare order file, without a server."""
