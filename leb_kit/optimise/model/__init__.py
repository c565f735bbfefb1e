"""The model of a question: all blocks together, one's own constraints, kept from question to question."""
