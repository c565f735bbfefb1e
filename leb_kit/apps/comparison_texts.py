"""Words of the page of comparisons, Italian and English."""

from __future__ import annotations

from typing import Final

from leb_kit.widgets.texts import Texts

PAGE: Final[Texts] = {
    "it": {
        "heading": "Confronti",
        "line": "Due anni o due scenari, territori fianco a fianco, e lo stesso bilancio secondo "
        "Eurostat e secondo "
        "il Bilancio energetico nazionale.",
        "map": "Consumi finali per km², comuni di Torino, 2007",
        "map_note": "Scegli un comune sulla mappa per aggiungerlo al confronto. Stime: la provincia "
        "del 2007 divisa "
        "per abitanti.",
        "add": "Aggiungi al confronto: {name}",
        "added": "{name} è già nel confronto",
        "full": "Il confronto è pieno: togline uno",
        "pick": "Scegli un comune sulla mappa",
        "beside": "Fianco a fianco",
        "figure": "Cifra",
        "population": "Abitanti (ISTAT 2011)",
        "FC_E_mwh_per_head": "Consumi finali, MWh per abitante",
        "FC_OTH_HH_E_mwh_per_head": "di cui abitazioni",
        "FC_OTH_CP_E_mwh_per_head": "di cui servizi",
        "FC_TRA_E_mwh_per_head": "di cui trasporti",
        "FC_IND_E_mwh_per_head": "di cui industria",
        "primary_mwh_per_head": "Energia primaria, MWh per abitante",
        "emissions_t_per_head": "Emissioni, t CO₂eq per abitante",
        "final_mwh_per_km2": "Consumi finali, MWh per km²",
        "renewable_share": "Quota di rinnovabili",
        "electricity_share": "Elettricità nei consumi finali",
        "estimated_share": "Celle del bilancio stimate",
        "mix": "Con che cosa si soddisfano i consumi finali",
        "words": "In parole",
        "more": "{name}: {value} MWh per abitante, il {change} in più rispetto a {other} ({base}).",
        "less": "{name}: {value} MWh per abitante, il {change} in meno rispetto a {other} ({base}).",
        "equal": "{name}: {value} MWh per abitante, come {other}.",
        "most": "La quota di rinnovabili va da {base} ({other}) a {value} ({name}).",
        "density": "Per km² il primo è {name}: {value} MWh, {times} volte tanto rispetto a {other}.",
        "estimate": "I comuni del 2007 sono stime: la provincia divisa per abitanti (agricoltura: "
        "per superficie). "
        "Per abitante si somigliano perciò per costruzione; le differenze vere sono per km².",
        "years": "Gli anni sono diversi ({years}): parte della differenza è il tempo passato e il metodo.",
        "one": "Aggiungi un secondo territorio per confrontare.",
        "ben_title": "Da Eurostat al BEN: il consumo interno lordo, ktep",
        "ben_same": "Il consumo interno lordo di {name} è {ben} ktep, lo stesso per Eurostat e per il BEN.",
        "ben_up": "Il consumo interno lordo di {name} è {leb} ktep per Eurostat e {ben} ktep per il "
        "BEN: {change} "
        "ktep in più.",
        "ben_down": "Il consumo interno lordo di {name} è {leb} ktep per Eurostat e {ben} ktep per "
        "il BEN: {change} "
        "ktep in meno.",
        "ben_why": "La causa più grande: {cause} ({change} ktep).",
        "ben_rows": "Riga per riga, totale di tutte le fonti, ktep",
        "ben_table": "Il bilancio nello schema del BEN, ktep",
        "row": "Riga",
        "cause": "Causa",
        "eurostat": "Eurostat",
        "ben": "BEN",
        "difference": "Differenza",
        "ben_source": "Metodo: Ministero dello Sviluppo economico ed ENEA, Bilancio energetico nazionale."
        " I bilanci regionali (BER) qui non ci sono: le loro tabelle non sono distribuite con leb_kit.",
    },
    "en": {
        "heading": "Comparisons",
        "line": "Two years or two scenarios, territories side by side, and the same balance after "
        "Eurostat and after "
        "the Italian national energy balance.",
        "map": "Final consumption per km², municipalities of Torino, 2007",
        "map_note": "Choose a municipality on the map to add it to the comparison. Estimates: the "
        "province of 2007 "
        "shared out by inhabitants.",
        "add": "Add to the comparison: {name}",
        "added": "{name} is in the comparison",
        "full": "The comparison is full: remove one",
        "pick": "Choose a municipality on the map",
        "beside": "Side by side",
        "figure": "Figure",
        "population": "Inhabitants (ISTAT 2011)",
        "FC_E_mwh_per_head": "Final consumption, MWh per head",
        "FC_OTH_HH_E_mwh_per_head": "of which homes",
        "FC_OTH_CP_E_mwh_per_head": "of which services",
        "FC_TRA_E_mwh_per_head": "of which transport",
        "FC_IND_E_mwh_per_head": "of which industry",
        "primary_mwh_per_head": "Primary energy, MWh per head",
        "emissions_t_per_head": "Emissions, t CO₂eq per head",
        "final_mwh_per_km2": "Final consumption, MWh per km²",
        "renewable_share": "Renewable share",
        "electricity_share": "Electricity in final consumption",
        "estimated_share": "Estimated cells of the balance",
        "mix": "What final consumption is met with",
        "words": "In words",
        "more": "{name} uses {value} MWh per head, {change} more than {other} ({base}).",
        "less": "{name} uses {value} MWh per head, {change} less than {other} ({base}).",
        "equal": "{name} uses {value} MWh per head, as {other} does.",
        "most": "The renewable share goes from {base} ({other}) to {value} ({name}).",
        "density": "Per km² the first is {name}: {value} MWh, {times} times as much as {other}.",
        "estimate": "The municipalities of 2007 are estimates: the province shared out by "
        "inhabitants (agriculture: "
        "by area). Per head they are therefore alike by construction; true differences are per km².",
        "years": "The years differ ({years}): part of the difference is time and method.",
        "one": "Add a second territory to compare.",
        "ben_title": "From Eurostat to the BEN: gross inland consumption, ktoe",
        "ben_same": "Gross inland consumption of {name} is {ben} ktoe, after Eurostat and the BEN alike.",
        "ben_up": "Gross inland consumption of {name} is {leb} ktoe after Eurostat and {ben} ktoe "
        "after the BEN: "
        "{change} ktoe more.",
        "ben_down": "Gross inland consumption of {name} is {leb} ktoe after Eurostat and {ben} ktoe "
        "after the BEN: "
        "{change} ktoe less.",
        "ben_why": "The largest cause: {cause} ({change} ktoe).",
        "ben_rows": "Row by row, total of all sources, ktoe",
        "ben_table": "The balance in the layout of the BEN, ktoe",
        "row": "Row",
        "cause": "Cause",
        "eurostat": "Eurostat",
        "ben": "BEN",
        "difference": "Difference",
        "ben_source": "Method: Ministry of Economic Development and ENEA, national energy balance (BEN)."
        " The regional balances (BER) are not here: their tables do not ship with leb_kit.",
    },
}
