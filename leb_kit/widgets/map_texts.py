"""Words of the map, Italian and English."""

from typing import Final

from leb_kit.widgets.texts import Texts

MAP: Final[Texts] = {
    "it": {
        "language": "Lingua",
        "search": "Cerca un territorio",
        "nobody": "Nessun territorio si chiama così.",
        "legend": "Classi",
        "range": "da {low} a {high}",
        "missing": "nessun dato",
        "count": "{count} territori",
        "count_one": "1 territorio",
        "place": "{name}: {value}",
        "ranked": "{rank}° di {count}",
        "hint": "Scegli un territorio sulla mappa; le frecce vanno al vicino.",
        "table": "Dati come tabella",
        "rank": "Posto",
        "name": "Territorio",
        "value": "Valore",
    },
    "en": {
        "language": "Language",
        "search": "Find a territory",
        "nobody": "No territory has this name.",
        "legend": "Classes",
        "range": "{low} to {high}",
        "missing": "no figure",
        "count": "{count} territories",
        "count_one": "1 territory",
        "place": "{name}: {value}",
        "ranked": "{rank} of {count}",
        "hint": "Choose a territory on the map; arrow keys go to its neighbour.",
        "table": "Data as a table",
        "rank": "Rank",
        "name": "Territory",
        "value": "Value",
    },
}
