"""Rules of a model held as arrays: variables, numbers and rows for whole years, and their matrix."""
