"""The root of /v1: what programs ask and change, and the reference page that explains it."""
