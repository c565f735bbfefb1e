"""Words of the details of a node, Italian and English."""

from typing import Final

from leb_kit.widgets.texts import Texts

DETAIL: Final[Texts] = {
    "it": {
        "heading": "Dettaglio: {name}",
        "language": "Lingua",
        "unit": "Unità",
        "table": "Dati come tabella",
        "rows": "Voci: {name}",
        "keys": "Frecce per scorrere le voci, Invio per leggerne tutti i numeri.",
        "legend": "Che cosa diventa l'energia che entra",
        "electricity": "Elettricità",
        "heat": "Calore",
        "losses": "Perdite",
        "useful": "Energia utile",
        "surroundings": "Di cui dall'ambiente",
        "plants": "Impianti",
        "product": "Vettore",
        "end_use": "Uso finale",
        "technology": "Conversione",
        "plants_whole": "Combustibile",
        "devices_whole": "Energia finale",
        "efficiency": "Rendimento",
        "electricity_efficiency": "Rendimento elettrico",
        "heat_efficiency": "Rendimento termico",
        "pes": "Risparmio di energia primaria",
        "share": "Quota dell'uso",
        "pes_short": "risparmio {value}",
        "share_short": "{value} dell'uso",
        "none": "–",
        "remark_over": "Più del 100 %: i dati pubblicati attribuiscono a questo combustibile più "
        "elettricità e calore di quanto combustibile entri. È la ripartizione della "
        "produzione lorda per combustibile, non un rendimento fisico.",
        "note_pes": "Risparmio di energia primaria (direttiva 2012/27/UE) come se gli impianti di "
        "una riga fossero uno solo, senza tecnologia (soglia 75 %); solo per "
        "cogenerazione e combustibili con rendimenti di riferimento.",
        "note_auto": "Gli autoproduttori contano solo il combustibile dell'elettricità e del calore venduto.",
        "note_shares": "Ripartizione fra usi e conversioni stimata con quote e rendimenti del parco, "
        "non misurata.",
    },
    "en": {
        "heading": "Detail: {name}",
        "language": "Language",
        "unit": "Unit",
        "table": "Data as a table",
        "rows": "Entries: {name}",
        "keys": "Arrow keys to walk through the entries, Enter to read all numbers of one.",
        "legend": "What becomes of the energy that goes in",
        "electricity": "Electricity",
        "heat": "Heat",
        "losses": "Losses",
        "useful": "Useful energy",
        "surroundings": "Of which from the surroundings",
        "plants": "Plants",
        "product": "Product",
        "end_use": "End use",
        "technology": "Conversion",
        "plants_whole": "Fuel",
        "devices_whole": "Final energy",
        "efficiency": "Efficiency",
        "electricity_efficiency": "Electric efficiency",
        "heat_efficiency": "Heat efficiency",
        "pes": "Primary energy saving",
        "share": "Share of the use",
        "pes_short": "saving {value}",
        "share_short": "{value} of the use",
        "none": "–",
        "remark_over": "More than 100 %: the published data give this fuel more electricity and heat "
        "than fuel goes in. It is the split of gross production by fuel, not a physical "
        "efficiency.",
        "note_pes": "Primary energy saving (Directive 2012/27/EU) as if the plants of a row were "
        "one, without a technology (threshold 75 %); only for cogeneration and fuels "
        "with reference efficiencies.",
        "note_auto": "Autoproducers count only the fuel of electricity and of the heat they sell.",
        "note_shares": "The split between uses and conversions is estimated with shares and "
        "efficiencies of the stock, not measured.",
    },
}

#: Colours of what energy becomes, readable on white and on black.
PARTS: Final = {
    "electricity": "#4a63b8",
    "heat": "#d0453f",
    "useful": "#2f855a",
    "surroundings": "#2a9d8f",
    "losses": "#9aa5b1",
}
