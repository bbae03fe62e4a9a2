"""What the console shows of the stream: events as they come in, what was parked or refused, how a site is connected."""
