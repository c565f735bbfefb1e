"""Words of the chart of the past, Italian and English."""

from typing import Final

from leb_kit.widgets.texts import Texts

HISTORY: Final[Texts] = {
    "it": {
        "title": "Gli anni passati",
        "language": "Lingua",
        "view": "Che cosa",
        "year": "Anno",
        "play": "Scorri gli anni",
        "stop": "Ferma",
        "lines": "Voci",
        "table": "Dati come tabella",
        "total": "Totale",
        "target": "Obiettivo",
        "missing": "nessun dato",
        "since": "{change} dal {year}",
        "points": "{change} punti dal {year}",
        "of_total": "{share} del totale",
        "said": "{name}: da {first} nel {first_year} a {last} nel {last_year}",
        "chart": "{view}, {first}–{last}",
        "hint": "Le frecce sul cursore scorrono gli anni; un clic su una voce la mette in evidenza.",
        "other": "Altro",
    },
    "en": {
        "title": "Past years",
        "language": "Language",
        "view": "What",
        "year": "Year",
        "play": "Play the years",
        "stop": "Stop",
        "lines": "Items",
        "table": "Data as a table",
        "total": "Total",
        "target": "Target",
        "missing": "no figure",
        "since": "{change} since {year}",
        "points": "{change} points since {year}",
        "of_total": "{share} of the total",
        "said": "{name}: from {first} in {first_year} to {last} in {last_year}",
        "chart": "{view}, {first}–{last}",
        "hint": "Arrow keys on the slider go through the years; a click on an item highlights it.",
        "other": "Other",
    },
}
