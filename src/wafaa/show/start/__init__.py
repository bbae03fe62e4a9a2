"""The first hour: who signs in, how the business counts, where its orders are. Asks nothing that it can find out."""
