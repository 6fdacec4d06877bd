"""What of conveyors and queues is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.reading.xmile.texts import conveyor, queue, read
from xhsim.errors import ModelError

REFUSED = {
    "zone": (conveyor(leak=' leak_start="x"><leak>0.1</leak>'), "part of its conveyor that is not"),
    "no zone": (conveyor(leak=' leak_start="1" leak_end="0"><leak>0.1</leak>'), "not known"),
    "stray leak": ('<flow name="f"><eqn>1</eqn><leak/></flow>', "does not leave a conveyor"),
    "no length": (conveyor("", ">"), "cannot be read"),
    "order": (conveyor("<len>TIME</len>", ">", 'isee:fifo="true"'), "keeps the order"),
    "spread": (
        conveyor(leak=">").replace('"enter"', '"enter" spreadflow="x"'),
        "spread in the unknown way",
    ),
    "profile": (
        conveyor(leak=">").replace('"enter"', '"enter" spreadflow="dist"'),
        "not a graphical function",
    ),
    "long list": (
        conveyor(leak=">").replace("<eqn>6</eqn>", f"<eqn>{'1,' * 1001}1</eqn>"),
        "a list of more than 1000 numbers",
    ),
    "both": (queue().replace("<queue/>", "<queue/><conveyor/>"), "is a conveyor and a queue"),
    "several": (
        queue('one_at_a_time="false" batch_integrity="true"'),
        "takes several whole batches",
    ),
    "overflow": (queue() + '<flow name="f"><eqn>1</eqn><overflow/></flow>', "is an overflow"),
    "oven": ('<stock name="s"><eqn>1</eqn><oven/></stock>', "has a <oven>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
