"""Declared knowledge as data: products, flows, technologies, factors, prices, targets, labels.

Every table is a CSV file in ``data/``; ``data/columns.csv`` says what each column means, in which
unit, and what it may hold. Validation, documentation and labels come from that one file. Every number
has a unit, a source and the date from which it holds; every price its price year.

``catalog``
    ``table(name)``, ``names()``, ``label(kind, code, lang)``: the shipped tables.
``schema``
    ``validate(frame, table)``: the same rules for tables that users bring.
``profiles``
    Hourly shapes.

Examples
--------
>>> from leb_kit.reference import catalog
>>> catalog.label("product", "G3000", "it")
'Gas naturale'
"""
