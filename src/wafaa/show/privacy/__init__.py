"""Everything that is held about one person: handed out, or erased with a certificate."""
