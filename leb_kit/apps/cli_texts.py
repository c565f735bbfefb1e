"""Words of the command line: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "loaded": (
        "{name}: {rows}, {flows}, {products}",
        "{name}: {rows}, {flows}, {products}",
    ),
    "1 rows": ("1 cella", "1 cell"),
    "rows": ("{count} celle", "{count} cells"),
    "1 flows": ("1 flusso", "1 flow"),
    "flows": ("{count} flussi", "{count} flows"),
    "1 products": ("1 prodotto", "1 product"),
    "products": ("{count} prodotti", "{count} products"),
    "closes": (
        "Il bilancio torna: tutte le identità sono verificate.",
        "The balance closes: all identities hold.",
    ),
    "closes_notes": (
        "Il bilancio torna; osservazioni: {count}.",
        "The balance closes; remarks: {count}.",
    ),
    "open": ("Il bilancio non torna; errori: {count}.", "The balance does not close; errors: {count}."),
    "check": ("Verifica", "Check"),
    "key": ("Cella", "Cell"),
    "value": ("Valore (MWh)", "Value (MWh)"),
    "expected": ("Atteso (MWh)", "Expected (MWh)"),
    "gap": ("Scarto (MWh)", "Gap (MWh)"),
    "severity": ("Gravità", "Severity"),
    "error": ("errore", "error"),
    "warning": ("avviso", "warning"),
    "info": ("nota", "note"),
    "indicators": ("Indicatori", "Indicators"),
    "indicator": ("Indicatore", "Indicator"),
    "value_of_today": ("Valore", "Value"),
    "today": ("Oggi", "Today"),
    "planned": ("Con il piano", "With the plan"),
    "targets": ("Obiettivi", "Targets"),
    "target": ("Obiettivo", "Target"),
    "required": ("Richiesto", "Required"),
    "met": ("Raggiunto", "Met"),
    "yes": ("sì", "yes"),
    "no": ("no", "no"),
    "plan": ("Piano di minimo costo", "Least-cost plan"),
    "technology": ("Tecnologia", "Technology"),
    "capacity": ("Capacità (MW)", "Capacity (MW)"),
    "new": ("di cui nuova (MW)", "of which new (MW)"),
    "energy": ("Energia ({unit})", "Energy ({unit})"),
    "cost": ("Costo (M€/anno)", "Cost (M€/year)"),
    "store_note": ("* Accumuli: capacità in MWh.", "* Stores: capacity in MWh."),
    "total_cost": ("Costo totale: {cost} all'anno", "Total cost: {cost} a year"),
    "prices": ("Costo marginale di ogni obiettivo", "Marginal cost of each target"),
    "price": ("Costo marginale", "Marginal cost"),
    "not_binding": ("nullo: raggiunto senza sforzo ulteriore", "none: met without further effort"),
    "gap_open": ("al più {gap} dal minimo", "at most {gap} from the least"),
    "iterations": ("{count} iterazioni", "{count} iterations"),
    "solving": ("Cerco il piano di minimo costo …", "Looking for the least-cost plan …"),
    "written": ("Scritto: {path}", "Written: {path}"),
    "fill_in": ("Compilalo, poi: leb check {path}", "Fill it in, then: leb check {path} --lang en"),
    "ben": ("{name}, schema BEN, ktep", "{name}, BEN layout, ktoe"),
    "cause": ("Causa", "Cause"),
    "eurostat": ("Eurostat", "Eurostat"),
    "ben_value": ("BEN", "BEN"),
    "difference": ("Differenza", "Difference"),
    "balance": ("{name}, {unit}", "{name}, {unit}"),
    "scenario": (
        "Scenario «{name}»: {count} misure dal {base}",
        "Scenario “{name}”: {count} measures from {base}",
    ),
    "met_in_brackets": ("raggiunto: sì o no fra parentesi", "met: yes or no in brackets"),
    "measures": (
        "Effetto delle misure nel {year}: tCO₂eq evitate, conto territoriale",
        "What measures do in {year}: tCO₂eq avoided, territorial",
    ),
    "measure": ("Misura", "Measure"),
    "size": ("Dimensione", "Size"),
    "alone": ("Da sola (t)", "Alone (t)"),
    "as_last": ("Per ultima (t)", "As the last (t)"),
    "investment": ("Investimento", "Investment"),
    "eur_per_tonne": ("€/t per ultima", "€/t as the last"),
    "together": (
        "Insieme: {tonnes} t all'anno; la somma di ognuna da sola è {sum} t.",
        "Together: {tonnes} t a year; the sum of each alone is {sum} t.",
    ),
    "flow": ("Flusso", "Flow"),
    "code": ("Codice", "Code"),
    "rest": ("Altri", "Other"),
    "total": ("Totale", "Total"),
    "doctor": ("Stato dell'installazione", "State of the installation"),
    "doctor_closes": (
        "{cells} celle, il bilancio torna; avvisi: {warning}, note: {info}",
        "{cells} cells, the balance closes; warnings: {warning}, notes: {info}",
    ),
    "part": ("Parte", "Part"),
    "found": ("Trovato", "Found"),
    "state": ("Esito", "State"),
    "ok": ("bene", "fine"),
    "bad": ("DA RIPARARE", "TO REPAIR"),
    "absent": ("assente (facoltativo)", "absent (optional)"),
    "no_notebook": (
        "non trovo {name}: avvia il comando nella cartella del progetto",
        "{name} not found: start the command in the folder of the project",
    ),
    "no_package": (
        "manca {name}: installa leb_kit[apps]",
        "{name} is missing: install leb_kit[apps]",
    ),
    "serving": (
        "La pagina è su http://127.0.0.1:{port} (Ctrl+C per chiudere)",
        "The page is at http://127.0.0.1:{port} (Ctrl+C to stop)",
    ),
    "cannot_write": ("{path}: {reason}", "{path}: {reason}"),
    "sheet_plan": ("piano", "plan"),
    "sheet_stores": ("accumuli", "stores"),
    "sheet_retired": ("dismessi", "given up"),
    "sheet_targets": ("obiettivi", "targets"),
    "sheet_prices": ("costi marginali", "marginal costs"),
    "sheet_balance": ("bilancio con il piano", "balance with the plan"),
    "sheet_sources": ("fonti", "sources"),
}


def words(lang: str) -> dict[str, str]:
    """Return all words in one language.

    Examples
    --------
    >>> words("en")["plan"]
    'Least-cost plan'
    """
    at = 1 if lang == "en" else 0
    return {key: pair[at] for key, pair in TEXTS.items()}
