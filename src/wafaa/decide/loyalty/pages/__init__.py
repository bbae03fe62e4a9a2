"""The console's pages about loyalty."""
