"""The stream on the command line: how far it is, what is parked, replays, and a worker of its own."""
