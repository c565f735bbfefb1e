"""The question to the optimiser: checked tables, and their time."""
