"""Pages of requests and limits."""
