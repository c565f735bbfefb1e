"""The question made from a Balance: what exists, what could be built, what is needed, what is allowed."""
