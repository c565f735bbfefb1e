"""The plan, and what is asked of it: what else, why, at what price, and why there is none."""
