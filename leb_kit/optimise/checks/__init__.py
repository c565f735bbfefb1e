"""What is wrong with a question, told before any solver: names, numbers, profiles, limits, circles."""
