"""Words of ``leb store``: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "store_sound": (
        "L'archivio è come fu salvato; versioni esaminate: {count}.",
        "The store is as it was saved; versions examined: {count}.",
    ),
    "store_findings": ("Non è come fu salvato", "Not as it was saved"),
    "store_where": ("Dove", "Where"),
    "store_found": ("Trovato", "Found"),
    "store_repair": ("Rimedio", "Repair"),
    "store_made": ("Archivio pronto: {place}", "Store ready: {place}"),
    "store_there": (
        "L'archivio esiste già, con lo schema {schema}; non è cambiato: {place}",
        "The store exists already, with schema {schema}; nothing was changed: {place}",
    ),
    "store_upgraded": ("Archivio aggiornato allo schema {schema}", "Store upgraded to schema {schema}"),
    "store_saved": (
        "{territory} {year}: salvata la versione {version} ({cells} celle)",
        "{territory} {year}: version {version} saved ({cells} cells)",
    ),
    "store_same": ("Niente di nuovo: nell'archivio è già uguale.", "Nothing new: the store has it already."),
    "store_certified": (
        "{territory} {year}: versione {version} certificata",
        "{territory} {year}: version {version} certified",
    ),
    "store_copied": ("Copia di tutto l'archivio: {path}", "Copy of the whole store: {path}"),
    "store_restored": ("Archivio ripristinato: {place}", "Store restored: {place}"),
    "store_exported": ("{territory}: tutte le versioni in {path}", "{territory}: all versions in {path}"),
    "store_balances": ("Bilanci in {place}", "Balances in {place}"),
    "store_none": ("Niente corrisponde.", "Nothing matches."),
    "store_log": ("Che cosa è successo a {territory}", "What happened to {territory}"),
    "store_differences": (
        "{territory} {year}: dalla versione {before}",
        "{territory} {year}: since version {before}",
    ),
    "store_people": ("Chi può che cosa in {place}", "Who may do what in {place}"),
    "store_granted": ("{person} è {role} in {territory}", "{person} is {role} in {territory}"),
    "store_revoked": (
        "{person} non ha più un ruolo in {territory}",
        "{person} has no role in {territory} any more",
    ),
    "store_tagged": (
        "{territory} {year}: la versione {version} ha l'etichetta «{name}»",
        "{territory} {year}: version {version} has the tag “{name}”",
    ),
    "store_untagged": (
        "{territory} {year}: tolta l'etichetta «{name}»",
        "{territory} {year}: tag “{name}” taken off",
    ),
    "store_documents": ("Accanto ai bilanci in {place}", "Beside the balances in {place}"),
    "store_put": (
        "{territory}, {kind} «{name}»: salvata la versione {version} (righe: {parts})",
        "{territory}, {kind} “{name}”: version {version} saved (rows: {parts})",
    ),
    "store_got": ("«{name}» scritto in {path}", "“{name}” written to {path}"),
    "store_kind": ("Tipo", "Kind"),
    "store_name": ("Nome", "Name"),
    "store_tags": ("Etichette", "Tags"),
    "store_parts": ("Righe", "Rows"),
    "scenario": ("scenario", "scenario"),
    "targets": ("obiettivi", "targets"),
    "plan": ("piano", "plan"),
    "system": ("sistema", "system"),
    "meter": ("contatore", "meter"),
    "readings": ("letture", "readings"),
    "store_territory": ("Territorio", "Territory"),
    "store_year": ("Anno", "Year"),
    "store_version": ("Versione", "Version"),
    "store_state": ("Stato", "State"),
    "store_author": ("Autore", "Author"),
    "store_made_at": ("Quando", "When"),
    "store_message": ("Messaggio", "Message"),
    "store_cells": ("Celle", "Cells"),
    "store_number": ("N.", "No."),
    "store_at": ("Quando", "When"),
    "store_who": ("Chi", "Who"),
    "store_what": ("Che cosa", "What"),
    "store_told": ("Detto", "Told"),
    "store_flow": ("Voce", "Flow"),
    "store_product": ("Prodotto", "Product"),
    "store_before_mwh": ("Prima, MWh", "Before, MWh"),
    "store_after_mwh": ("Dopo, MWh", "After, MWh"),
    "store_change_mwh": ("Differenza, MWh", "Change, MWh"),
    "store_person": ("Persona", "Person"),
    "store_role": ("Ruolo", "Role"),
    "draft": ("bozza", "draft"),
    "checked": ("controllata", "checked"),
    "certified": ("certificata", "certified"),
    "superseded": ("sostituita", "superseded"),
    "reader": ("lettore", "reader"),
    "analyst": ("analista", "analyst"),
    "certifier": ("certificatore", "certifier"),
    "admin": ("amministratore", "admin"),
}


def words(lang: str) -> dict[str, str]:
    """Return all words in one language.

    Examples
    --------
    >>> words("en")["store_year"]
    'Year'
    """
    at = 1 if lang == "en" else 0
    return {key: pair[at] for key, pair in TEXTS.items()}
