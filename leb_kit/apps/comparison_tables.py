"""Territories side by side, and Eurostat beside the BEN, as HTML for a page; every word is escaped."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd
from babel.numbers import format_decimal, format_percent

from leb_kit.apps import comparison_data as data
from leb_kit.apps.comparison_texts import PAGE
from leb_kit.balance import Balance, compare_ben, to_ben
from leb_kit.reference import catalog
from leb_kit.widgets.sentences import LOCALES

#: Differences below this, in the unit shown, are none.
NONE: Final = 0.01
#: Shares narrower than this have no room for their figure.
ROOM: Final = 0.1
#: Row of the BEN whose difference is told.
GROSS: Final = "5 "
TOTALS: Final = {"it": "totale", "en": "total"}
STYLE: Final = """<style>
.leb-side{--ink:var(--jp-ui-font-color1,#1f2a37);--soft:var(--jp-ui-font-color2,#56616e);
--line:var(--jp-border-color2,#d5dbe2);--bar:#8fb4d9;font:13.5px/1.5 system-ui,sans-serif;
color:var(--ink);
max-width:calc(100vw - 48px)}
.leb-side h2{font:600 17px/1.35 system-ui,sans-serif;margin:0 0 10px;color:inherit}
.leb-side h3{font:600 14px/1.35 system-ui,sans-serif;margin:20px 0 8px;color:inherit}
.leb-side p,.leb-side li{margin:0 0 4px;max-width:70em}.leb-side ul{margin:0 0 16px;padding:0 0 0 18px}
.leb-side .scroll{overflow:auto}.leb-side .scroll:focus-visible{outline:2px solid #1c6dd0}
.leb-side table{border-collapse:collapse;font:inherit;margin:0}
.leb-side th,.leb-side td{padding:6px 18px 6px 0;border-bottom:1px solid var(--line);text-align:left;
color:inherit;
vertical-align:top}
.leb-side thead th{font-weight:600}.leb-side tbody th{font-weight:400;min-width:150px}
.leb-side .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.leb-side .even{width:100%;table-layout:fixed}.leb-side .even .n{white-space:normal}
.leb-side .even th:first-child{width:230px}
.leb-side .sub th{padding-left:16px;color:var(--soft)}
.leb-side i{display:block;height:4px;border-radius:2px;background:var(--bar);margin:2px 0 0 auto;
min-width:1px}
.leb-side .mix{display:grid;gap:8px;margin:0;padding:0;list-style:none}
.leb-side .mix li{display:grid;grid-template-columns:minmax(110px,190px) 1fr;gap:12px;
align-items:center;max-width:none}
.leb-side .stack{display:flex;height:30px;border-radius:5px;overflow:hidden;gap:1px}
.leb-side .stack span{display:grid;place-items:center;font-size:12px;min-width:0;overflow:hidden}
.leb-side .key{display:flex;flex-wrap:wrap;gap:4px 16px;margin:10px 0 0;padding:0;list-style:none;
font-size:12.5px}
.leb-side .key span{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.leb-side .steps{display:grid;gap:5px;margin:14px 0;padding:0;list-style:none}
.leb-side .steps li{display:grid;grid-template-columns:minmax(150px,310px) 1fr 90px;gap:12px;
align-items:center;
max-width:none}
.leb-side .rail{position:relative;height:20px;background:color-mix(in srgb,var(--ink) 6%,transparent);
border-radius:3px}
.leb-side .rail span{position:absolute;top:0;bottom:0;border-radius:3px;background:#5b6b7c;min-width:2px}
.leb-side .up .rail span{background:#b4532a}.leb-side .down .rail span{background:#2c7a51}
.leb-side .steps .whole{font-weight:600}
.leb-side summary{cursor:pointer;margin:14px 0 8px}
.leb-side summary:focus-visible{outline:2px solid #1c6dd0}
.leb-side .note{color:var(--soft);font-size:12.5px;margin-top:10px}
@media (max-width:620px){.leb-side .mix li,.leb-side .steps li{grid-template-columns:1fr;gap:2px}
.leb-side .steps .n{text-align:left}}
</style>"""


def number(value: float, lang: str, digits: int = 1) -> str:
    """Return a number as the language writes it; a dash where it is not known.

    Examples
    --------
    >>> number(1234.56, "it"), number(float("nan"), "en")
    ('1.234,6', '–')
    """
    if not math.isfinite(value):
        return "–"
    plain = "#,##0" + (f".{'0' * digits}" if digits else "")
    pattern = f"{plain};−{plain}"
    return str(format_decimal(value, format=pattern, locale=LOCALES[lang]))


def percent(share: float, lang: str, digits: int = 1) -> str:
    """Return a share as percent."""
    if not math.isfinite(share):
        return "–"
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "") + "\u00a0%"
    return str(format_percent(share, format=pattern, locale=LOCALES[lang]))


def signed(value: float, lang: str, digits: int = 1) -> str:
    """Return a number with its sign."""
    plain = number(abs(value), lang, digits)
    zero = plain == number(0, lang, digits)
    return plain if zero else f"{'+' if value > 0 else '−'}{plain}"


def side_by_side(chosen: Sequence[tuple[str, str]], lang: str) -> str:
    """Return the territories beside each other: sentences, figures with bars, shares of products.

    Parameters
    ----------
    chosen : sequence of (choice, name)
        Of ``comparison_data.choices``, each with the name it is shown by.
    lang : str
        ``"it"`` or ``"en"``.
    """
    words = PAGE[lang]
    names = [name for _, name in chosen]
    table = pd.concat([data.figures(choice) for choice, _ in chosen], axis=1, keys=range(len(chosen)))
    told = "".join(f"<li>{html.escape(one)}</li>" for one in territory_sentences(chosen, lang))
    body = "".join(_figure_row(name, table.loc[name], lang) for name in ("population", *data.FIGURES))
    heads = "".join(f'<th scope="col" class="n">{html.escape(name)}</th>' for name in names)
    title = html.escape(words["beside"])
    return (
        f'{STYLE}<section class="leb-side leb-part" lang="{lang}"><h2>{title}</h2><ul>{told}</ul>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{title}">'
        f'<table class="even" style="min-width:{230 + 120 * len(chosen)}px"><thead><tr>'
        f'<th scope="col">{words["figure"]}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"<h3>{html.escape(words['mix'])}</h3>{_mixes(chosen, lang)}</section>"
    )


def territory_sentences(chosen: Sequence[tuple[str, str]], lang: str) -> list[str]:
    """Return what the figures say, the first territory against each other; and what they do not say.

    Parameters
    ----------
    chosen, lang
        As for ``side_by_side``.
    """
    words = PAGE[lang]
    if len(chosen) == 1:
        return [words["one"]]
    found = {name: data.figures(choice) for choice, name in chosen}
    (first, mine), *others = found.items()
    out = [_per_head(first, mine, name, row, lang) for name, row in others]
    ranked = sorted(found, key=lambda name: -float(found[name]["renewable_share"]))
    shares = [percent(float(found[name]["renewable_share"]), lang) for name in (ranked[0], ranked[-1])]
    if shares[0] != shares[1]:
        out.append(words["most"].format(name=ranked[0], value=shares[0], other=ranked[-1], base=shares[1]))
    dense = sorted(found, key=lambda name: -float(found[name]["final_mwh_per_km2"]))
    top, low = (float(found[name]["final_mwh_per_km2"]) for name in (dense[0], dense[-1]))
    if low > 0 and top > low:
        value, times = number(top, lang, 0), number(top / low, lang)
        out.append(words["density"].format(name=dense[0], value=value, times=times, other=dense[-1]))
    years = sorted({choice.rpartition("-")[2] for choice, _ in chosen})
    if len(years) > 1:
        out.append(words["years"].format(years=", ".join(years)))
    if any(data.is_estimate(choice) for choice, _ in chosen):
        out.append(words["estimate"])
    return out


def _per_head(name: str, mine: pd.Series, other: str, row: pd.Series, lang: str) -> str:
    value, base = float(mine["FC_E_mwh_per_head"]), float(row["FC_E_mwh_per_head"])
    change = value / base - 1 if base else math.nan
    shown = percent(abs(change), lang, 0)
    kind = "equal" if shown == percent(0, lang, 0) else "more" if change > 0 else "less"
    parts = {"value": number(value, lang), "base": number(base, lang), "change": shown}
    return PAGE[lang][kind].format(name=name, other=other, **parts)


def _figure_row(name: str, values: pd.Series, lang: str) -> str:
    most = float(values.max())
    cells = []
    for value in map(float, values):
        digits = 0 if name in ("population", "final_mwh_per_km2") else 1
        shown = percent(value, lang) if name.endswith("_share") else number(value, lang, digits)
        width = round(100 * value / most) if math.isfinite(value) and most > 0 else 0
        bar = "" if name == "population" else f'<i style="width:{max(width, 0)}%"></i>'
        cells.append(f'<td class="n">{shown}{bar}</td>')
    sub = (
        ' class="sub"'
        if name.endswith("_per_head") and name.startswith("FC_") and "FC_E_" not in name
        else ""
    )
    return f'<tr{sub}><th scope="row">{html.escape(PAGE[lang][name])}</th>{"".join(cells)}</tr>'


def _mixes(chosen: Sequence[tuple[str, str]], lang: str) -> str:
    colors = catalog.table("colors").set_index("group")
    mixes = [(name, data.mix(choice)) for choice, name in chosen]
    used = [group for group in colors.index if any(group in shares for _, shares in mixes)]
    labels = {group: str(colors.loc[group, f"label_{lang}"]) for group in used}
    bars = "".join(_stack(name, shares, labels, colors["color_hex"], lang) for name, shares in mixes)
    key = "".join(
        f'<li><span style="background:{colors.loc[group, "color_hex"]}"></span>{html.escape(label)}</li>'
        for group, label in labels.items()
    )
    return f'<ul class="mix">{bars}</ul><ul class="key">{key}</ul>'


def _stack(name: str, shares: pd.Series, labels: dict[str, str], colors: pd.Series, lang: str) -> str:
    said = ", ".join(f"{labels[str(group)]} {percent(share, lang, 0)}" for group, share in shares.items())
    parts = "".join(
        f'<span title="{html.escape(labels[str(group)])} {percent(share, lang)}" style="flex:{share:.4f};'
        f'background:{colors[group]};color:{_ink(str(colors[group]))}">'
        f"{percent(share, lang, 0) if share >= ROOM else ''}</span>"
        for group, share in shares.items()
    )
    label = html.escape(f"{name}: {said}")
    return f'<li>{html.escape(name)}<div class="stack" role="img" aria-label="{label}">{parts}</div></li>'


def _ink(color: str) -> str:
    """Return black or white, whichever is read better on a colour.

    ::

        contrast = (lighter luminance + 1/20) / (darker luminance + 1/20)

    Source: WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        one / (1292 / 100) if one <= 4 / 100 else ((one + 55 / 1000) / (1055 / 1000)) ** (12 / 5)
        for one in parts
    ]
    bright = sum(weight * one for weight, one in zip((2126, 7152, 722), linear, strict=True)) / 10_000
    return "#000000" if (bright + 1 / 20) ** 2 > 21 / 400 else "#ffffff"


def ben_section(balance: Balance, convention: str, name: str, lang: str) -> str:
    """Return Eurostat beside the BEN: in words, as steps by cause, row by row, and the whole table.

    Parameters
    ----------
    balance : Balance
        One territory and year.
    convention : str
        kcal per kWh of primary and traded electricity, ``"2200"`` or ``"860"``.
    name, lang : str
        What the balance is called; ``"it"`` or ``"en"``.
    """
    words = PAGE[lang]
    full = compare_ben(balance, convention, lang=lang)
    total = full.xs(TOTALS[lang], level=1)
    causes = [column for column in full.columns if not column.endswith("_ktep") and column != "cause"]
    gross = next(total.loc[row] for row in total.index if str(row).startswith(GROSS))
    moved = [(cause, float(gross[cause])) for cause in causes if abs(gross[cause]) > NONE]
    moved.sort(key=lambda one: -abs(one[1]))
    told = "".join(f"<p>{html.escape(one)}</p>" for one in _ben_sentences(gross, moved, name, lang))
    differ = total[total["difference_ktep"].abs() > NONE]
    lines = [
        (str(row), *(number(one[key], lang) for key in ("leb_ktep", "ben_ktep")),
         signed(one["difference_ktep"], lang), str(one["cause"]))
        for row, one in differ.iterrows()
    ]  # fmt: skip
    heads = [words[key] for key in ("row", "eurostat", "ben", "difference", "cause")]
    table = to_ben(balance, convention, lang=lang)
    whole = [
        (str(row), *(number(float(one), lang) for one in line))
        for row, line in zip(table.index, table.to_numpy(), strict=True)
    ]
    columns = [words["row"], *(str(column).replace("_", " ") for column in table.columns)]
    rows = _grid(heads, lines, (1, 2, 3), words["ben_rows"]) if lines else ""
    return (
        f'{STYLE}<section class="leb-side leb-part" lang="{lang}"><h2>{html.escape(words["ben_title"])}</h2>'
        f"{told}{_steps(gross, moved, lang)}"
        + (f"<h3>{html.escape(words['ben_rows'])}</h3>{rows}" if rows else "")
        + f"<details><summary>{html.escape(words['ben_table'])}</summary>"
        f"{_grid(columns, whole, range(1, len(columns)), words['ben_table'])}</details>"
        f'<p class="note">{html.escape(words["ben_source"])}</p></section>'
    )


def _ben_sentences(gross: pd.Series, moved: list[tuple[str, float]], name: str, lang: str) -> list[str]:
    words, change = PAGE[lang], float(gross["difference_ktep"])
    kind = "ben_same" if abs(change) <= NONE else "ben_up" if change > 0 else "ben_down"
    shown = {key: number(float(gross[f"{key}_ktep"]), lang) for key in ("leb", "ben")}
    out = [words[kind].format(name=name, change=number(abs(change), lang), **shown)]
    if moved:
        cause = catalog.label("ben_cause", moved[0][0], lang)
        cause = cause[0].lower() + cause[1:]
        out.append(words["ben_why"].format(cause=cause, change=signed(moved[0][1], lang)))
    return out


def _steps(gross: pd.Series, moved: list[tuple[str, float]], lang: str) -> str:
    """Return the way from one figure to the other, cause by cause; bars stand where the sum is."""
    words = PAGE[lang]
    level = float(gross["leb_ktep"])
    steps = [("whole", words["eurostat"], 0.0, level, number(level, lang))]
    for cause, change in moved:
        label = catalog.label("ben_cause", cause, lang)
        kind = "up" if change > 0 else "down"
        steps.append((kind, label, level, level + change, signed(change, lang)))
        level += change
    steps.append(("whole", words["ben"], 0.0, level, number(level, lang)))
    most = max(max(start, end) for _, _, start, end, _ in steps) or 1
    arrows = {"up": "▲ ", "down": "▼ ", "whole": ""}
    rows = []
    for kind, label, start, end, shown in steps:
        left, width = 100 * min(start, end) / most, 100 * abs(end - start) / most
        bar = f'<span style="left:{left:.2f}%;width:{width:.2f}%"></span>'
        rail = f'<div class="rail" aria-hidden="true">{bar}</div>'
        said = f'<span class="n"><span aria-hidden="true">{arrows[kind]}</span>{shown}</span>'
        rows.append(f'<li class="{kind}"><span>{html.escape(label)}</span>{rail}{said}</li>')
    return f'<ul class="steps">{"".join(rows)}</ul>'


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: Iterable[int], caption: str) -> str:
    right = set(figures)
    mark = [' class="n"' if at in right else "" for at in range(len(heads))]
    head = "".join(f'<th scope="col"{mark[at]}>{html.escape(word)}</th>' for at, word in enumerate(heads))
    body = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td{mark[at]}>{html.escape(cell)}</td>" for at, cell in enumerate(rest, 1))
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{html.escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
