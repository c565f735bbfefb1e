"""HiGHS: its methods, its statuses, stopping it, asking it again."""
