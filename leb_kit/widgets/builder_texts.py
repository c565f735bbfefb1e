"""Words of the scenario builder, Italian and English."""

from typing import Final

from leb_kit.widgets.texts import Texts

BUILDER: Final[Texts] = {
    "it": {
        "title": "Costruisci uno scenario: {name}",
        "language": "Lingua",
        "plant": "Impianti",
        "network_heat": "Teleriscaldamento",
        "switch": "Cambi di tecnologia",
        "saving": "Risparmio",
        "blend": "Biocombustibili",
        "year": "Anno mostrato",
        "grows": "Le misure crescono dal {base} e sono complete nel {horizon}.",
        "reset": "Azzera tutto",
        "reset_one": "Azzera {name}",
        "limit": "fino a {limit}",
        "outcome": "Che cosa succede nel {year}",
        "changes": "Cambiano di più",
        "none": "Nessuna misura è attiva: muovi un cursore.",
        "faults": "Così non si può",
        "kept": "I valori sopra sono quelli dell’ultima scelta possibile.",
        "code": "La stessa cosa in Python",
    },
    "en": {
        "title": "Build a scenario: {name}",
        "language": "Language",
        "plant": "Plants",
        "network_heat": "District heating",
        "switch": "Changes of technology",
        "saving": "Savings",
        "blend": "Biofuels",
        "year": "Year shown",
        "grows": "Measures grow from {base} and are complete in {horizon}.",
        "reset": "Reset all",
        "reset_one": "Reset {name}",
        "limit": "up to {limit}",
        "outcome": "What happens in {year}",
        "changes": "Changes most",
        "none": "No measure is active: move a slider.",
        "faults": "This is not possible",
        "kept": "The values above are those of the last possible choice.",
        "code": "The same in Python",
    },
}
