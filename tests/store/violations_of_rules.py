"""What the rules of a store and the tags on its versions may not be; keys as in ``violations``."""

TAG = "INSERT INTO tag (territory_id, year, name, version) VALUES "
OF_TAGS = {
    "a tag on no version": (f"{TAG}({{T}}, 2020, 'x', 9)", r"(?i)foreign key"),
    "a tag on another year's version": (f"{TAG}({{T}}, 2031, 'x', 1)", r"(?i)foreign key"),
    "a tag on two versions": (f"{TAG}({{T}}, 2020, 'kept', 3)", r"(?i)unique"),
    "a tag without a word": (f"{TAG}({{T}}, 2020, '', 2)", r"ck_tag_name"),
    "a tag that is a book": (f"{TAG}({{T}}, 2020, '{'x' * 81}', 2)", r"ck_tag_name"),
    "a tag on nothing": (f"{TAG}({{T}}, 2020, 'x', NULL)", r"(?i)not.null"),
    "a tag moved": ("UPDATE tag SET version = 3", r"LEB tag"),
    "a tag renamed": ("UPDATE tag SET name = 'x'", r"LEB tag"),
    "a pair barred of no flow": ("INSERT INTO barred_pair VALUES (9999, {P})", r"(?i)foreign key"),
    "a pair barred of no product": ("INSERT INTO barred_pair VALUES ({F}, 9999)", r"(?i)foreign key"),
    "a pair barred twice": ("INSERT INTO barred_pair SELECT * FROM barred_pair", r"(?i)unique"),
}
OF_RULES = OF_TAGS | {
    "an identity twice": (
        "INSERT INTO identity VALUES ((SELECT min(flow_id) FROM identity), 0)",
        r"(?i)unique",
    ),
    "an identity of no flow": ("INSERT INTO identity VALUES (9999, 0)", r"(?i)foreign key"),
    "an identity of a kind that is none": ("UPDATE identity SET rest = 2", r"ck_identity_rest"),
    "a term of no identity": ("INSERT INTO identity_term VALUES ({F}, {S}, 1)", r"(?i)foreign key"),
    "a term without a flow": (
        "INSERT INTO identity_term VALUES ((SELECT min(flow_id) FROM identity), 9999, 1)",
        r"(?i)foreign key",
    ),
    "a term that counts twice": ("UPDATE identity_term SET sign = 2", r"ck_identity_term_sign"),
    "a whole that is its own part": ("UPDATE identity_term SET part_id = flow_id", r"ck_identity_term_part"),
    "a group that is no product": ("INSERT INTO product_part VALUES (9999, {P})", r"(?i)foreign key"),
    "a part that is no product": ("INSERT INTO product_part VALUES ({P}, 9999)", r"(?i)foreign key"),
    "a group that is its own part": (
        "INSERT INTO product_part VALUES ({P}, {P})",
        r"ck_product_part_part",
    ),
    "two roundings": ("INSERT INTO closing VALUES (2, {S}, 0.1, 0.5)", r"ck_closing_one"),
    "a difference that is no flow": ("UPDATE closing SET difference_id = 9999", r"(?i)foreign key"),
    "a rounding of all": ("UPDATE closing SET share = 1", r"ck_closing_share"),
    "a rounding below zero": ("UPDATE closing SET least_mwh = -1", r"ck_closing_least"),
    "a rounding without end": ("UPDATE closing SET least_mwh = {INF}", r"ck_closing_least"),
}
