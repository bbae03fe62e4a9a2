"""The console's pages about rewards."""
