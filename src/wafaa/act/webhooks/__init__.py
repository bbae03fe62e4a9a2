"""Who else is told of events, and did it arrive?"""
