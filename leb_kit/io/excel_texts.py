"""Words on the sheets of the LEB workbook: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sheet_readme": ("leggimi", "read me"),
    "sheet_territory": ("territorio", "territory"),
    "sheet_balance": ("bilancio", "balance"),
    "sheet_table": ("tabella", "table"),
    "sheet_example": ("esempio", "example"),
    "sheet_lists": ("elenchi", "lists"),
    "sheet_sources": ("fonti", "sources"),
    "title": ("Bilancio", "Balance"),
    "territory": ("Territorio", "Territory"),
    "name": ("Nome", "Name"),
    "level": ("Livello", "Level"),
    "parent": ("Parte di", "Part of"),
    "year": ("Anno", "Year"),
    "unit": ("Unità", "Unit"),
    "flow": ("Flusso", "Flow"),
    "flow_name": ("Nome del flusso", "Name of the flow"),
    "product": ("Prodotto", "Product"),
    "product_name": ("Nome del prodotto", "Name of the product"),
    "value": ("Valore", "Value"),
    "status": ("Stato", "Status"),
    "sigma": ("Incertezza", "Uncertainty"),
    "source": ("Fonte del dato", "Source"),
    "code": ("Codice", "Code"),
    "total": ("Totale", "Total"),
    "cells": ("Celle", "Cells"),
    "meaning": ("Significato", "Meaning"),
    "status_A": ("misurato o pubblicato", "measured or published"),
    "status_E": ("stimato", "estimated"),
    "status_P": ("provvisorio", "provisional"),
    "status_R": ("rivisto", "revised"),
    "heading": ("Bilancio energetico di {name}, {year}", "Energy balance of {name}, {year}"),
    "readme_title": ("Bilancio energetico locale", "Local energy balance"),
    "readme_written": (
        (
            "Il foglio «{balance}» ha una riga per ogni cella del bilancio. Gli altri fogli di numeri"
            " ripetono gli stessi valori in tabella; i totali sono formule."
        ),
        (
            "The sheet '{balance}' has one row for each cell of the balance. The other sheets of numbers"
            " repeat the same values as tables; totals are formulas."
        ),
    ),
    "readme_edit": (
        "Chi cambia un valore lo cambia in tutti e due i fogli, oppure cancella il foglio che non usa.",
        "Whoever changes a value changes it in both sheets, or deletes the sheet that is not used.",
    ),
    "readme_territory": (
        "1. Nel foglio «{territory}»: codice ISTAT, nome, anno e unità dei numeri.",
        "1. In the sheet '{territory}': ISTAT code, name, year and unit of the numbers.",
    ),
    "readme_choose": (
        (
            "2. I valori vanno nella tabella «{table}» (flussi in riga, prodotti in colonna) oppure, con"
            " stato, incertezza e fonte di ogni dato, nel foglio «{balance}». Basta uno dei due."
        ),
        (
            "2. Values go into '{table}' (flows down, products across) or, with status, uncertainty and"
            " source of each datum, into the sheet '{balance}'. One of the two is enough."
        ),
    ),
    "readme_blank": (
        "3. Una cella vuota vuol dire nessuna energia; due punti (:) vogliono dire dato non disponibile.",
        "3. A blank cell means no energy; a colon (:) means that the datum is not available.",
    ),
    "readme_totals": (
        "4. I totali sono formule: non si scrivono a mano. Il foglio «{example}» mostra righe compilate.",
        "4. Totals are formulas: they are not typed. The sheet '{example}' shows rows that are filled in.",
    ),
    "readme_words": (
        "5. Flussi e prodotti si scelgono dagli elenchi; vanno bene anche i codici (FC_OTH_HH_E, G3000).",
        "5. Flows and products are chosen from lists; codes (FC_OTH_HH_E, G3000) will do, too.",
    ),
    "readme_check": (
        "6. Per controllare: leb check {file}",
        "6. To check: leb check {file} --lang en",
    ),
    "pick_flow": ("Scegli un flusso dall'elenco.", "Choose a flow from the list."),
    "pick_product": ("Scegli un prodotto dall'elenco.", "Choose a product from the list."),
    "pick_unit": ("Scegli un'unità di energia.", "Choose a unit of energy."),
    "pick_status": (
        "A misurato, E stimato, P provvisorio, R rivisto.",
        "A measured, E estimated, P provisional, R revised.",
    ),
    "pick_year": ("Un anno, per esempio 2019.", "A year, such as 2019."),
    "example_source": ("chi lo pubblica, documento, pagina", "who publishes it, document, page"),
    "not_listed": ("Non è nell'elenco", "Not in the list"),
}


def words(lang: str) -> dict[str, str]:
    """Return all words in one language.

    Examples
    --------
    >>> words("it")["sheet_territory"]
    'territorio'
    """
    at = 1 if lang == "en" else 0
    return {key: pair[at] for key, pair in TEXTS.items()}
