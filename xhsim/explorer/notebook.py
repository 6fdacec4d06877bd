"""The page in a cell of a notebook, and what its reader has chosen.

Import this module only if anywidget is installed (``pip install xhsim[notebook]``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from xhsim.explorer.choice import Choice, read_choice
from xhsim.explorer.content import left_out, page_content
from xhsim.explorer.levers import sliders_of
from xhsim.explorer.page import BUILT, page_text
from xhsim.study.names import find_name

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.study.scenarios.scenario import Scenario

__all__ = ["Explorer"]


class Explorer(anywidget.AnyWidget):
    """The page, shown if it is the last value of a cell.

    Parameters
    ----------
    study, draws, seed, start, lang, releases
        As for `xhsim.explore`.
    """

    _esm = (BUILT / "widget.js").read_text(encoding="utf-8")
    # What the page says of itself, as JSON; code can change it, too.
    state = traitlets.Dict().tag(sync=True)

    def __init__(
        self, study: Study, *, draws: int, seed: int, start: str, lang: str, releases: bool = True
    ) -> None:
        first = find_name(start, study.scenarios, "scenario", None).name
        without = {first, *left_out(study)}
        scenarios = [first, *(name for name in study.scenarios if name not in without)]
        content = page_content(
            study, scenarios, draws=draws, seed=seed, lang=lang, releases=releases
        )
        self.study = study
        self._page = page_text(content)
        since = content.record["since"]
        self._sliders = {slider.name: slider for slider in sliders_of(study, since)}
        untouched = {"start": first, "since": since, "over": 1, "levers": {}, "held": {}}
        super().__init__(state={**untouched, "structure": None, "as_of": None})
        self.on_msg(self._answer)

    def _answer(self, _: object, content: Any, __: object) -> None:
        """Send the page to a view that asks for it. Kept in no notebook file: it has megabytes."""
        if content == "page":
            self.send("page", buffers=[self._page.encode()])

    @property
    def choice(self) -> Choice:
        """What the reader has chosen."""
        return read_choice(self.study, self.state)

    @property
    def scenario(self) -> Scenario:
        """What the reader has chosen, as a scenario; `Study.with_scenario` takes it."""
        return self.choice.scenario()

    def move(self, lever: str, value: float) -> None:
        """Move a lever, as its slider does.

        Parameters
        ----------
        lever : str
            As in scenario files.
        value : float
            It is moved inside the lever's range.

        Raises
        ------
        InputError
            If there is no such lever.
        """
        slider = find_name(lever, self._sliders, "lever", None)
        inside = min(max(float(value), slider.low), slider.high)
        levers: Mapping[str, float] = {**self.state["levers"], slider.name: inside}
        self.state = {**self.state, "levers": levers}
