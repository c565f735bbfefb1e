"""What the README shows is what a newcomer sees."""

import re
from pathlib import Path

from typer.testing import CliRunner

from leb_kit.apps import cli

README = Path(__file__).resolve().parents[2] / "README.md"
CUT = "…"


def flat(line: str) -> str:
    """A line without the width of its columns."""
    return re.sub(r"\s+", " ", line).strip()


def test_the_demo_of_the_readme_is_what_the_command_prints(tmp_path):
    """Proves: the README's plan is today's. Without it, a change of data would leave an old plan there."""
    shown = re.search(r"<!-- demo -->\n```\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    done = CliRunner().invoke(cli.app, ["demo", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    printed = [flat(line) for line in done.output.splitlines()]
    lines = [flat(line) for line in shown[1].splitlines() if line.strip() and line != CUT]
    assert len(lines) > 10
    assert [line for line in lines if line not in printed] == []
