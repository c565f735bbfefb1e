"""The store: balances of many people in one database, a SQLite file or a shared PostgreSQL server."""
