"""Words of the widgets, Italian and English; the JavaScript holds none."""

from collections.abc import Mapping
from typing import Final

from leb_kit.system.grouping import HEADINGS

LANGUAGES: Final = ("it", "en")

#: Energy units a reader may switch to.
SHOWN_UNITS: Final = ("MWh", "GWh", "TJ", "ktep")

Texts = dict[str, dict[str, str]]


def both(text: str | Mapping[str, str]) -> dict[str, str]:
    """Return a text by language; one string serves in both.

    Examples
    --------
    >>> both("Torino")
    {'it': 'Torino', 'en': 'Torino'}
    """
    if isinstance(text, str):
        return dict.fromkeys(LANGUAGES, text)
    return {lang: str(text.get(lang) or next(iter(text.values()), "")) for lang in LANGUAGES}


FLOW: Final[Texts] = {
    "it": {
        "title": "Schema dei flussi",
        "products": "Vettori",
        "unit": "Unità",
        "language": "Lingua",
        "columns": "Dettaglio",
        "columns_5": "Settori",
        "columns_7": "Usi finali",
        "columns_5_long": "Cinque colonne, fino ai settori",
        "columns_7_long": "Sette colonne, fino alle conversioni d’uso e agli usi finali",
        "save": "Salva {format}",
        "clear": "Togli evidenziazione",
        "table": "Dati come tabella",
        "source": "Da",
        "target": "A",
        "product": "Vettore",
        "value": "Energia",
        "share": "Quota",
        "status": "Stato",
        "in": "entrano",
        "out": "escono",
        "of_source": "di quanto esce da {node}",
        "of_selected": "di cui {name}",
        "hint": "Scegli un vettore, un nodo o un flusso per seguirne il percorso.",
        "keys": "Frecce per muoversi, Invio per seguire il percorso, Esc per annullare.",
        "followed": "In evidenza: {name}. Lo spessore pieno è la quota proporzionale.",
        "cleared": "Nessuna evidenziazione.",
        "loop": "ricircolo",
        "thin_loop": "ricircolo, disegnato più sottile",
        "status_A": "misurato",
        "status_E": "stimato",
        "status_P": "provvisorio",
        "status_R": "rivisto",
        "trail": "Dove sei",
        "years": "Anni",
        "year": "Anno",
        "play": "Scorri gli anni",
        "stop": "Ferma",
        "group": "Raggruppa i piccoli",
        "group_long": "Raccogli in una voce le fonti e gli usi sotto il 2 % del totale",
        "source_of": "Fonte",
        "more": "e altre {count}",
        "unsure": "Incertezza: la fonte non la dichiara",
        "computed": "Fonte: calcolato dagli altri flussi del bilancio",
        "card": "Scheda: {name}",
        "cite": "Cita questo numero",
        "cited": "Copiato negli appunti.",
        "copy_by_hand": "Il browser non lascia copiare: il testo è selezionato qui sotto.",
        "citation": "Testo della citazione",
    },
    "en": {
        "title": "Flow scheme",
        "products": "Products",
        "unit": "Unit",
        "language": "Language",
        "columns": "Detail",
        "columns_5": "Sectors",
        "columns_7": "End uses",
        "columns_5_long": "Five columns, down to sectors",
        "columns_7_long": "Seven columns, down to devices and end uses",
        "save": "Save {format}",
        "clear": "Clear highlight",
        "table": "Data as a table",
        "source": "From",
        "target": "To",
        "product": "Product",
        "value": "Energy",
        "share": "Share",
        "status": "Status",
        "in": "in",
        "out": "out",
        "of_source": "of all that leaves {node}",
        "of_selected": "of which {name}",
        "hint": "Choose a product, a node or a flow to follow its path.",
        "keys": "Arrow keys to move, Enter to follow the path, Esc to clear.",
        "followed": "Highlighted: {name}. The solid thickness is the proportional share.",
        "cleared": "Nothing highlighted.",
        "loop": "loop",
        "thin_loop": "loop, drawn thinner",
        "status_A": "measured",
        "status_E": "estimated",
        "status_P": "provisional",
        "status_R": "revised",
        "trail": "Where you are",
        "years": "Years",
        "year": "Year",
        "play": "Play the years",
        "stop": "Stop",
        "group": "Group small ones",
        "group_long": "Gather sources and uses below 2 % of the total into one entry",
        "source_of": "Source",
        "more": "and {count} more",
        "unsure": "Uncertainty: the source does not declare it",
        "computed": "Source: computed from the other flows of the balance",
        "card": "Card: {name}",
        "cite": "Cite this number",
        "cited": "Copied to the clipboard.",
        "copy_by_hand": "The browser does not allow copying: the text is selected below.",
        "citation": "Text of the citation",
    },
}

for _lang, _views in HEADINGS.items():
    FLOW[_lang] |= {
        f"column_{count}_{i}": heading
        for count, headings in _views.items()
        for i, heading in enumerate(headings)
    }
