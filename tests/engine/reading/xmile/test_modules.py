"""Modules of an XMILE file, combined into one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    MODULES,
)
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


def test_modules_share_one_set_of_names(tmp_path: Path) -> None:
    model = read_model(write(tmp_path, MODULES, "model.stmx"))
    found = {e.name: (e.group, e.components[0].expression) for e in model.elements[:-4]}
    assert found == {
        "price": ("", Call("add", (Name("supply"), Name("demand")))),
        "income": ("Core", Number(5.0)),
        "wealth": ("Market", Name("income")),
        "supply": ("Market", Call("multiply", (Name("price"), Number(2.0)))),
        "demand": ("Market", Name("wealth")),
    }
    assert model.groups == (("Core", "The core."), ("Market", ""))


FILES = {
    "one model twice": (
        MODULES.replace("</module>", '</module><module name="Other" model="Market"/>'),
        "two modules use the model",
    ),
    "one name twice": (MODULES.replace('name="demand"', 'name="income"'), "is defined twice"),
    "half a connection": (MODULES.replace('from=".price"', ""), "no `to` or no `from`"),
}


@pytest.mark.parametrize("name", FILES)
def test_file_refused(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    path = write(tmp_path, text, "model.xmile")
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
