"""Words of the SECAP workbook: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

from leb_kit.reference.catalog import LANGUAGES

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "base": ("IBE {year}", "BEI {year}"),
    "monitoring": ("IME {year}", "MEI {year}"),
    "comparison": ("Confronto", "Comparison"),
    "actions": ("Azioni", "Actions"),
    "factors": ("Fattori", "Factors"),
    "title_base": (
        "Inventario di base delle emissioni · {name}",
        "Baseline emission inventory · {name}",
    ),
    "title_monitoring": (
        "Inventario di monitoraggio delle emissioni · {name}",
        "Monitoring emission inventory · {name}",
    ),
    "title_comparison": ("{name}: dal {before} al {after}", "{name}: from {before} to {after}"),
    "title_actions": ("Azioni del piano · {name}", "Actions of the plan · {name}"),
    "title_factors": ("Fattori di emissione e fonti · {name}", "Emission factors and sources · {name}"),
    "set": (
        "Fattori: {convention} · emissioni in {unit} · abitanti: {population}",
        "Factors: {convention} · emissions in {unit} · inhabitants: {population}",
    ),
    "not_given": ("non indicati", "not given"),
    "a": ("A. Consumo finale di energia (MWh)", "A. Final energy consumption (MWh)"),
    "b": ("B. Produzione locale e fattori locali", "B. Local production and local factors"),
    "c": ("C. Emissioni ({unit})", "C. Emissions ({unit})"),
    "sector": ("Settore", "Sector"),
    "carrier": ("Vettore", "Carrier"),
    "total": ("Totale", "Total"),
    "subtotal": ("Subtotale", "Subtotal"),
    "group_buildings": (
        "Edifici, attrezzature, impianti e industria",
        "Buildings, equipment, facilities and industry",
    ),
    "group_transport": ("Trasporti", "Transport"),
    "group_other": ("Altro", "Other"),
    "group_non_energy": ("Non legate all’energia", "Not related to energy"),
    "factor": ("Fattore medio ({unit}/MWh)", "Mean factor ({unit}/MWh)"),
    "plant": ("Impianto", "Plant"),
    "fuel_mwh": ("Energia in ingresso (MWh)", "Energy input (MWh)"),
    "electricity_mwh": ("Elettricità (MWh)", "Electricity (MWh)"),
    "counted_mwh": ("di cui conta come locale (MWh)", "of which counts as local (MWh)"),
    "heat_mwh": ("Calore (MWh)", "Heat (MWh)"),
    "tco2_electricity": ("Emissioni dell’elettricità ({unit})", "Emissions of electricity ({unit})"),
    "counted_tco2": ("di cui conta come locale ({unit})", "of which counts as local ({unit})"),
    "tco2_heat": ("Emissioni del calore ({unit})", "Emissions of heat ({unit})"),
    "consumption": ("Elettricità consumata, CTE (MWh)", "Electricity consumed, TCE (MWh)"),
    "local": ("Produzione locale, PLE (MWh)", "Local production, LPE (MWh)"),
    "purchase": ("Acquisti di elettricità verde, AEV (MWh)", "Green electricity purchase, GEP (MWh)"),
    "national": ("Fattore nazionale, FENEE ({unit}/MWh)", "National factor, NEEFE ({unit}/MWh)"),
    "tco2_local": ("Emissioni della produzione locale ({unit})", "Emissions of local production ({unit})"),
    "tco2_purchase": ("Emissioni degli acquisti verdi ({unit})", "Emissions of green purchase ({unit})"),
    "efe": (
        "Fattore locale dell’elettricità, FEE ({unit}/MWh)",
        "Local electricity factor, EFE ({unit}/MWh)",
    ),
    "tco2_made": ("Emissioni del calore prodotto ({unit})", "Emissions of heat made ({unit})"),
    "tco2_imported": ("Emissioni del calore importato ({unit})", "Emissions of imported heat ({unit})"),
    "tco2_exported": ("Emissioni del calore esportato ({unit})", "Emissions of exported heat ({unit})"),
    "heat_used": ("Calore usato nel territorio, CLC (MWh)", "Heat used locally, LHC (MWh)"),
    "efh": ("Fattore locale del calore, FEC ({unit}/MWh)", "Local heat factor, EFH ({unit}/MWh)"),
    "stated": ("dichiarato", "as stated"),
    "before": ("{year} ({unit})", "{year} ({unit})"),
    "change": ("Variazione ({unit})", "Change ({unit})"),
    "percent": ("Variazione (%)", "Change (%)"),
    "energy_effect": ("per l’energia ({unit})", "from energy ({unit})"),
    "factor_effect": ("per i fattori ({unit})", "from factors ({unit})"),
    "target": ("Obiettivo", "Target"),
    "target_year": ("Anno", "Year"),
    "basis": ("Base", "Basis"),
    "basis_absolute": ("assoluta", "absolute"),
    "basis_per_head": ("per abitante", "per inhabitant"),
    "basis_growth": ("con la crescita attesa", "with expected growth"),
    "required": ("Richiesto", "Required"),
    "value": ("Valore", "Value"),
    "gap": ("Manca", "Missing"),
    "met": ("Raggiunto", "Met"),
    "yes": ("sì", "yes"),
    "no": ("no", "no"),
    "product": ("Prodotto", "Product"),
    "own_sector": ("Solo nel settore", "In this sector only"),
    "all_sectors": ("tutti", "all"),
    "source": ("Fonte", "Source"),
    "factor_of": ("Fattore ({unit}/MWh)", "Factor ({unit}/MWh)"),
    "action": ("Azione", "Action"),
    "start_year": ("Inizio", "Start"),
    "end_year": ("Fine", "End"),
    "responsible": ("Responsabile", "Responsible"),
    "cost_eur": ("Costo (EUR)", "Cost (EUR)"),
    "saving_mwh": ("Risparmio (MWh/anno)", "Saving (MWh/year)"),
    "renewable_mwh": ("Rinnovabili (MWh/anno)", "Renewables (MWh/year)"),
    "reduction_tco2": ("Riduzione ({unit}/anno)", "Reduction ({unit}/year)"),
    "share_of_base": ("Riduzione sull’inventario di base (%)", "Reduction on the baseline (%)"),
}


def text(key: str, lang: str, **words: object) -> str:
    """Return a sentence of the workbook, filled in.

    Examples
    --------
    >>> text("base", "it", year=2019)
    'IBE 2019'
    """
    return TEXTS[key][LANGUAGES.index(lang)].format(**words)
