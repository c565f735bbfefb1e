"""The targets of a territory side by side: value, requirement, distance, what it means and why."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, Final

import anywidget
import pandas as pd
import traitlets

from leb_kit import indicators
from leb_kit.errors import InputError
from leb_kit.widgets.sentences import WORDS, describe
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.balance import Balance

STATIC: Final = pathlib.Path(__file__).parent / "static"

#: A gauge ends this much beyond the larger of value and requirement.
HEADROOM: Final = 1.25

#: Columns of an evaluation that the panel reads.
COLUMNS: Final = (
    "target",
    "indicator",
    "convention",
    "sense",
    "base",
    "value",
    "required",
    "met",
    "label_it",
    "label_en",
    "unit",
)


class TargetPanel(anywidget.AnyWidget):
    """One gauge for each target of a set, all evaluated on the same balance.

    Parameters
    ----------
    evaluation : pd.DataFrame or Balance
        What ``evaluate`` gives; or a balance of one territory and year, evaluated here.
    targets : str, optional
        Target set, when a balance is given.
    base : Balance, optional
        Balance of the base year, when a balance is given and the set needs one.
    lang : str
        ``"it"`` or ``"en"``.
    title : str, optional
        Heading; default: that targets are checked together.
    """

    _esm = STATIC / "target_panel.js"

    cards = traitlets.List(traitlets.Dict()).tag(sync=True)
    texts = traitlets.Dict(WORDS).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        evaluation: pd.DataFrame | Balance,
        targets: str | None = None,
        *,
        base: Balance | None = None,
        lang: str = "it",
        title: str | None = None,
    ) -> None:
        frame = _evaluated(evaluation, targets, base)
        cards = [_card(row) for row in frame.to_dict("records")]
        super().__init__(cards=cards, lang=lang, title=title or "")

    def show(
        self, evaluation: pd.DataFrame | Balance, targets: str | None = None, *, base: Balance | None = None
    ) -> None:
        """Show another evaluation in the same place; parameters as for the class."""
        self.cards = [_card(row) for row in _evaluated(evaluation, targets, base).to_dict("records")]

    def __repr__(self) -> str:
        """Count the targets; no addresses, so that stored notebooks compare equal."""
        met = sum(card["met"] for card in self.cards)
        return f"TargetPanel({len(self.cards)} targets, {met} met)"


def _evaluated(evaluation: pd.DataFrame | Balance, targets: str | None, base: Balance | None) -> pd.DataFrame:
    if isinstance(evaluation, pd.DataFrame):
        if targets is not None or base is not None:
            raise InputError("target panel", ["'targets' and 'base' go with a Balance, not with a table"])
        frame = evaluation
    elif targets is None:
        raise InputError("target panel", ["a Balance needs 'targets', the name of a target set"])
    else:
        frame = indicators.evaluate(evaluation, targets, base=base)
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise InputError("target panel", [f"column '{name}' is missing" for name in missing])
    return frame


def _card(row: dict[Any, Any]) -> dict[str, Any]:
    value, required = float(row["value"]), float(row["required"])
    end = max(value, required, 0.0) * HEADROOM or 1.0
    return {
        "id": f"{row['target']} {row['indicator']}",
        "sense": row["sense"],
        "met": bool(row["met"]),
        "reach": min(max(value / end, 0.0), 1.0),
        "mark": min(max(required / end, 0.0), 1.0),
        **{lang: describe(row, lang) for lang in LANGUAGES},
    }
