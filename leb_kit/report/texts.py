"""Words of the report: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "kicker": ("Bilancio energetico territoriale", "Territorial energy balance"),
    "title": ("{name}: energia e obiettivi", "{name}: energy and targets"),
    "title_plan": ("{name}: energia, obiettivi e piano", "{name}: energy, targets and plan"),
    "lead_met": (
        "Oggi {name} raggiunge {met} obiettivi su {all}.",
        "Today {name} meets {met} of {all} targets.",
    ),
    "lead_plan_met": (
        "Il piano di minimo costo li raggiunge tutti insieme, con {cost} all'anno.",
        "The least-cost plan meets them all together, at {cost} a year.",
    ),
    "lead_plan_missed": (
        "Con il piano ne raggiunge {met} su {all}, con {cost} all'anno.",
        "With the plan it meets {met} of {all}, at {cost} a year.",
    ),
    "today": ("Oggi", "Today"),
    "planned": ("Con il piano", "With the plan"),
    "change": ("Variazione", "Change"),
    "figures": ("Cifre chiave", "Key figures"),
    "targets": ("Obiettivi", "Targets"),
    "targets_lead": (
        "Gli obiettivi sono verificati insieme, sugli stessi flussi di energia.",
        "The targets are checked together, on the same flows of energy.",
    ),
    "target": ("Obiettivo", "Target"),
    "required": ("Richiesto", "Required"),
    "result": ("Esito", "Result"),
    "met": ("Raggiunto", "Met"),
    "missed": ("Non raggiunto", "Not met"),
    "base": ("Base: {base}", "Base: {base}"),
    "scheme": ("Da dove viene l'energia, chi la usa", "Where energy comes from, who uses it"),
    "scheme_today": ("Schema dei flussi, oggi", "Flow scheme, today"),
    "scheme_planned": ("Schema dei flussi, con il piano", "Flow scheme, with the plan"),
    "scheme_uses": ("Fino agli usi finali, oggi", "Down to the end uses, today"),
    "scheme_note": (
        "La larghezza di ogni freccia è in proporzione all'energia; in ogni nodo entra quanto esce.",
        "The width of each arrow is in proportion to its energy; what enters a node leaves it.",
    ),
    "plan": ("Il piano", "The plan"),
    "plan_lead": (
        "Capacità ed energia di ogni tecnologia nella combinazione di minimo costo: {cost} all'anno.",
        "Capacity and energy of each technology in the least-cost mix: {cost} a year.",
    ),
    "plants": ("Impianti, apparecchi, edifici", "Plants, devices, buildings"),
    "carriers": ("Reti e scambi con l'esterno", "Networks and exchanges"),
    "technology": ("Tecnologia", "Technology"),
    "capacity": ("Capacità (MW)", "Capacity (MW)"),
    "new_capacity": ("di cui nuova (MW)", "of which new (MW)"),
    "energy": ("Energia ({unit}/anno)", "Energy ({unit}/year)"),
    "cost": ("Costo (M€/anno)", "Cost (M€/year)"),
    "total": ("Totale", "Total"),
    "store_note": (
        "* Accumuli: la capacità è in MWh, l'energia è quella restituita.",
        "* Stores: capacity is in MWh, energy is what they give back.",
    ),
    "hidden": (
        "Tecnologie non elencate, con meno di {limit} e senza costo rilevante: {count}.",
        "Technologies not listed, below {limit} and without relevant cost: {count}.",
    ),
    "retired": ("Il piano rinuncia a: {all}.", "The plan gives up: {all}."),
    "prices": ("Quanto costa ogni obiettivo al margine", "What each target costs at the margin"),
    "prices_lead": (
        "Il costo di chiedere un'unità in più: dice quale obiettivo determina il piano.",
        "The cost of asking for one unit more: it tells which target shapes the plan.",
    ),
    "price": ("Costo marginale", "Marginal cost"),
    "not_binding": (
        "nessuno: è raggiunto senza sforzo ulteriore",
        "none: it is met without further effort",
    ),
    "final": ("Consumi finali per settore e vettore", "Final energy by sector and product"),
    "final_caption": ("Energia finale, {unit}", "Final energy, {unit}"),
    "sector": ("Settore", "Sector"),
    "not_split": ("{name}, non ripartito", "{name}, not split"),
    "scenarios": ("Scenari a confronto", "Scenarios compared"),
    "scenario": ("Scenario: {name}", "Scenario: {name}"),
    "indicator": ("Indicatore", "Indicator"),
    "sources": ("Fonti e metodi", "Sources and methods"),
    "sources_lead": (
        "Ogni cella del bilancio ha una fonte; {estimated} celle su {all} sono stimate, col metodo detto.",
        "Each cell of the balance has a source; {estimated} of {all} are estimated, by the stated method.",
    ),
    "sources_measured": (
        "Ogni cella del bilancio ha una fonte; nessuna è stimata.",
        "Each cell of the balance has a source; none is estimated.",
    ),
    "source": ("Fonte o metodo", "Source or method"),
    "no_source": ("non dichiarata", "not stated"),
    "status": ("Stato", "Status"),
    "cells": ("Celle", "Cells"),
    "closes": (
        "Tutte le identità del bilancio sono verificate: ogni totale è la somma delle sue parti.",
        "All identities of the balance hold: each total is the sum of its parts.",
    ),
    "rests": (
        "Totali pubblicati che superano le loro parti: {count}; il resto è tenuto visibile, non ripartito.",
        "Published totals that exceed their parts: {count}; the rest is kept visible, not allocated.",
    ),
    "open": (
        "Attenzione, identità del bilancio che non tornano: {count}.",
        "Caution, identities of the balance that do not hold: {count}.",
    ),
    "notes": ("Convenzioni", "Conventions"),
    "note_energy": (
        "Energia in potere calorifico inferiore; 1 ktep = 11.630 MWh.",
        "Energy by net calorific value; 1 ktoe = 11,630 MWh.",
    ),
    "note_share": (
        "Quota rinnovabile: parte rinnovabile dei consumi finali lordi, con i limiti sull'aviazione.",
        "Renewable share: renewable part of gross final consumption, with the cap on aviation.",
    ),
    "note_primary": (
        "Energia primaria e finale: definizioni Eurostat 2020-2030, calcolate dalle celle elementari.",
        "Primary and final energy: Eurostat's 2020-2030 definitions, computed from the leaf cells.",
    ),
    "note_emissions": (
        (
            "Emissioni, convenzione «{convention}»: le importazioni nette di elettricità e calore contano;"
            " un piano non diventa pulito importando."
        ),
        (
            "Emissions, convention '{convention}': net imports of electricity and heat count; a plan does not"
            " become clean by importing."
        ),
    ),
    "note_emissions_other": (
        "Emissioni, convenzione «{convention}».",
        "Emissions, convention '{convention}'.",
    ),
    "note_chained": (
        (
            "Gli obiettivi relativi sono calcolati sulla base indicata; le percentuali si concatenano, non si"
            " sommano."
        ),
        "Relative targets are computed on the stated base; percentages are chained, never summed.",
    ),
    "note_plan": (
        (
            "Il piano è la combinazione di minimo costo annuo su giorni tipo; prezzi senza imposte. Gli"
            " indicatori del piano sono ricalcolati dal suo bilancio, indipendentemente dall'ottimizzatore."
        ),
        (
            "The plan is the mix of least yearly cost on typical days; prices exclude taxes. Its indicators"
            " are computed again from its balance, independently of the optimiser."
        ),
    ),
    "note_set": ("Obiettivi «{label}»: {source}", "Targets '{label}': {source}"),
    "made_with": ("Prodotto con leb_kit {version}.", "Made with leb_kit {version}."),
    "emissions_unit": ("kt CO₂eq", "kt CO₂eq"),
    "points": ("{number} punti", "{number} points"),
    "million": ("{number} M€", "€{number} million"),
}


def words(lang: str) -> dict[str, str]:
    """Return all words in one language.

    Examples
    --------
    >>> words("it")["today"]
    'Oggi'
    """
    at = 1 if lang == "en" else 0
    return {key: pair[at] for key, pair in TEXTS.items()}
