"""Building a survey: what its pages of the console do to a draft's content, which is plain data until it is saved."""
