"""Who was let down, and who sees to it? A case for each unhappy signal, with an owner and a clock."""
