"""The examples in docstrings run and give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import leb_kit

MODULES = sorted(found.name for found in pkgutil.walk_packages(leb_kit.__path__, "leb_kit."))


@pytest.mark.parametrize("name", ["leb_kit", *MODULES])
def test_examples_of_a_module(name):
    """Imported as users do: pytest's own collector would put a module over a function of the same name."""
    module = importlib.import_module(name)
    failed = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(example, out=failed.append)
    assert not failed, "".join(failed)
