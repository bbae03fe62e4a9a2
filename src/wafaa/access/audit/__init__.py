"""Who changed what, when: the trail of every change that staff make."""
