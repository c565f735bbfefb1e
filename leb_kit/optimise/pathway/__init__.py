"""Several years as one question, decided together or one after the other."""
