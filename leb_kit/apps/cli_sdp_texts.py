"""Words of ``leb sdp``: one row for each, Italian and English."""

from __future__ import annotations

from typing import Final

#: Key to (Italian, English).
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sdp_datasets": ("Dataset trovati", "Datasets found"),
    "sdp_none": ("Nessun dataset corrisponde.", "No dataset matches."),
    "sdp_code": ("Codice", "Code"),
    "sdp_name": ("Nome", "Name"),
    "sdp_tenant": ("Tenant", "Tenant"),
    "sdp_stream": ("Stream", "Stream"),
    "sdp_components": ("Componenti", "Components"),
    "sdp_source": ("Fonte", "Source"),
    "sdp_mode": ("Lettura", "Read"),
    "sdp_by_id": ("per codice", "by id"),
    "sdp_by_time": ("per tempo", "by time"),
    "sdp_rows": ("Righe", "Rows"),
    "sdp_added": ("Nuove", "New"),
    "sdp_revised": ("Corrette", "Revised"),
    "sdp_known": ("Già note", "Known"),
    "sdp_months": ("Mesi toccati", "Months touched"),
    "sdp_synced": ("Letture aggiornate in {store}", "Readings brought up to date in {store}"),
    "sdp_reading": ("Leggo {code} …", "Reading {code} …"),
    "sdp_backfilled": ("{code}: {count} letture dallo scarico", "{code}: {count} readings from the download"),
    "sdp_new_columns": ("{code}: colonne nuove: {names}", "{code}: new columns: {names}"),
    "sdp_unreachable": (
        "{code}: la piattaforma conta {count} righe che non si possono leggere",
        "{code}: the platform counts {count} rows that cannot be read",
    ),
    "sdp_shrunk": (
        "{code}: righe note qui non ci sono più sulla piattaforma; qui restano",
        "{code}: rows known here are gone on the platform; they stay here",
    ),
    "sdp_status": ("Stato di {store}", "State of {store}"),
    "sdp_readings": ("Letture", "Readings"),
    "sdp_meters": ("Contatori", "Meters"),
    "sdp_first": ("Prima", "First"),
    "sdp_last": ("Ultima", "Last"),
    "sdp_empty": (
        "Nessuna fonte: leb sdp sync CODICE --store {store}",
        "No source: leb sdp sync CODE --store {store}",
    ),
    "sdp_reconciled": ("Conteggio per mese, {code}", "Counts by month, {code}"),
    "sdp_month": ("Mese", "Month"),
    "sdp_there": ("Là", "There"),
    "sdp_here": ("Qui", "Here"),
    "sdp_verdict": ("Esito", "Verdict"),
    "sdp_equal": ("uguale", "equal"),
    "sdp_repaired": ("riparato", "repaired"),
    "sdp_repeated": ("là eventi doppi o senza valore", "events twice or without value there"),
    "sdp_fewer": ("là mancano righe; qui restano", "rows are gone there; they stay here"),
    "sdp_published": (
        "{id}, revisione {revision}: {rows} righe, inviate ora {sent}",
        "{id}, revision {revision}: {rows} rows, sent now {sent}",
    ),
    "sdp_would": (
        "Prova: {id} diventerebbe la revisione {revision}, {sent} righe da inviare; nulla è stato inviato.",
        "Dry run: {id} would become revision {revision}, {sent} rows to send; nothing was sent.",
    ),
    "sdp_same": (
        "{id}: l'ultima revisione dice già lo stesso; nulla da inviare.",
        "{id}: the last revision says the same already; nothing to send.",
    ),
    "sdp_definition": (
        "Dataset da definire sul portale: {name}",
        "Dataset to be defined at the portal: {name}",
    ),
    "sdp_component": ("Componente", "Component"),
    "sdp_type": ("Tipo", "Type"),
    "sdp_unit": ("Unità", "Unit"),
    "sdp_what": ("Che cosa", "What"),
    "sdp_probe": ("Prova di {url}, dataset {code}", "Probe of {url}, dataset {code}"),
    "sdp_found": ("Trovato", "Found"),
    "sdp_expected": ("Atteso", "Expected"),
    "sdp_agrees": ("Concorda", "Agrees"),
    "sdp_heard": (
        "Ascoltate {count} letture provvisorie in {seconds} s",
        "Heard {count} provisional readings in {seconds} s",
    ),
    "sdp_refused_topics": ("Topic rifiutati: {names}", "Topics refused: {names}"),
    "sdp_standin": (
        "La controfigura della piattaforma è su {url} (Ctrl+C per chiudere). Paese inventato, anno {year}.",
        "The stand-in for the platform is at {url} (Ctrl+C to stop). A made-up town, year {year}.",
    ),
    "sdp_standin_env": (
        "In un altro terminale:",
        "In another terminal:",
    ),
}


def words(lang: str) -> dict[str, str]:
    """Return all words in one language.

    Examples
    --------
    >>> words("en")["sdp_code"]
    'Code'
    """
    at = 1 if lang == "en" else 0
    return {key: pair[at] for key, pair in TEXTS.items()}
