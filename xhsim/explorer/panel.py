"""The explorer's widgets, and the thread that answers while a lever is dragged."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import replace
from html import escape
from math import floor
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from xhsim.analysis.policies.live_ensemble import Answer, LiveEnsemble
from xhsim.errors import InputError
from xhsim.explorer.choice import Choice
from xhsim.explorer.fan import fan_svg
from xhsim.explorer.fragments import (
    STYLE,
    budget_html,
    lever_html,
    lever_told,
    probabilities_html,
    summary_html,
)
from xhsim.explorer.levers import Slider, sliders_of, values_in
from xhsim.explorer.newest_question import Newest
from xhsim.study.bundled import bundled_folder
from xhsim.wording.label import check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import EXPLORER

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["Explorer"]

BASELINE = "baseline"
NAMES = (("English", "en"), ("中文", "zh"))


class Explorer(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """Sliders for the levers of a study, and what they do to its indicators.

    Parameters
    ----------
    study : Study
    draws, seed : int
        As for `Study.ensemble`.
    start : str
        The scenario to start from.
    lang : {"en", "zh"}

    Raises
    ------
    InputError
        If the study has no levers, there is no such scenario, or a number does not fit.
    """

    def __init__(
        self,
        study: Study,
        draws: int = 1000,
        seed: int = 0,
        start: str = BASELINE,
        lang: str = "en",
    ) -> None:
        self.lang = check_language(lang)
        self.study = study
        self.live = LiveEnsemble(study, draws, seed)
        first = next(iter(self.live.targets.values()))
        self.year = max(target.deadline for target in self.live.targets.values())
        self.sliders = sliders_of(study, self.year)
        self._by_name = {slider.name: slider for slider in self.sliders}
        self.choice = Choice(start, first.base_year + 1)
        self.starts = values_in(study, start, self.year)
        self.baseline = self.live.ask(BASELINE)
        self.answer = self.baseline if start == BASELINE else self.live.ask(start)
        self._is_setting = False
        self._make()
        self._write_texts()
        self._show(self.answer)
        super().__init__([widgets.HTML(STYLE), self._head, self._body, self._conditions])
        self.add_class("xhsim-explorer")
        self._newest: Newest[Choice] = Newest(self._work)
        compiling = threading.Thread(
            target=self.live.compile,
            args=([start, *study.scenarios],),
            name="compile",
            daemon=True,
        )
        compiling.start()

    # --- what is asked -------------------------------------------------------------------

    def move(self, lever: str, value: float) -> None:
        """Set a lever, as dragging its slider does.

        Parameters
        ----------
        lever : str
            As scenario files write it.
        value : float

        Raises
        ------
        InputError
            If there is no such lever.
        """
        if lever not in self._slides:
            raise InputError(
                f'there is no lever "{lever}"', hint="levers: " + ", ".join(self._slides)
            )
        self._slides[lever].value = value

    def settle(self, timeout: float = 60.0) -> Answer:
        """Wait until what is shown belongs to what is set, and return it.

        Raises
        ------
        TimeoutError
            If that takes longer than `timeout` seconds.
        """
        self._newest.settle(timeout)
        return self.answer

    def close(self) -> None:
        """Take the widgets away and end the thread that answers."""
        self._newest.stop()
        super().close()

    def _work(self, choice: Choice) -> Callable[[], None]:
        try:
            answer = self.live.ask(choice.scenario() if choice.moved else choice.start)
        except InputError as error:
            why = str(error)
            return lambda: self._complain(why)
        return lambda: self._show(answer)

    def _on_lever(self, name: str, value: float) -> None:
        if self._is_setting:
            return
        moved = dict(self.choice.moved)
        if self._is_start(name, value):
            moved.pop(name, None)
        else:
            moved[name] = value
        self.choice = replace(self.choice, moved=moved)
        self._mark(name)
        self._ask()

    def _is_start(self, name: str, value: float) -> bool:
        """Tell whether a slider stands where its scenario has it, as near as its steps allow."""
        slider, start = self._by_name[name], self.starts[name]
        nearest = slider.low + floor((start - slider.low) / slider.step + 0.5) * slider.step
        return min(abs(value - start), abs(value - nearest)) < 1e-9

    def _on_start(self, change: dict[str, Any]) -> None:
        if not self._is_setting:
            self._begin(change["new"])

    def _begin(self, start: str) -> None:
        """Start from a scenario, with every lever where it has it."""
        self.choice = Choice(start, self.choice.since)
        self.starts = values_in(self.study, start, self.year)
        self._is_setting = True
        try:
            for name, slide in self._slides.items():
                slide.value = self.starts[name]
        finally:
            self._is_setting = False
        for name in self._slides:
            self._mark(name)
        self._ask()

    def _ask(self) -> None:
        self._write_files()
        self._newest.ask(self.choice)

    # --- what is shown -------------------------------------------------------------------

    def _make(self) -> None:
        wide = widgets.Layout(width="100%")
        self._title = widgets.HTML()
        self._language = widgets.ToggleButtons(
            options=NAMES, value=self.lang, style={"button_width": "72px"}
        )
        self._start = widgets.Dropdown(layout=widgets.Layout(width="330px"))
        self._start.style.description_width = "90px"
        self._reset = widgets.Button(layout=widgets.Layout(width="150px"))
        self._head = widgets.HBox(
            [self._title, self._start, self._reset, self._language],
            layout=widgets.Layout(
                justify_content="space-between", align_items="center", flex_flow="row wrap"
            ),
        )
        self._names = {slider.name: widgets.HTML() for slider in self.sliders}
        self._slides = {slider.name: self._slide(slider) for slider in self.sliders}
        self._levers_head = widgets.HTML()
        self._sectors: dict[str, widgets.HTML] = {}
        levers = widgets.VBox(
            self._lever_rows(), layout=widgets.Layout(max_height="600px", width="100%")
        )
        levers.add_class("xhsim-levers")
        self._summary, self._table = widgets.HTML(layout=wide), widgets.HTML(layout=wide)
        self._indicator = widgets.Dropdown(layout=wide)
        self._fan, self._budget = widgets.HTML(layout=wide), widgets.HTML(layout=wide)
        self._name = widgets.Text(value="my-scenario", layout=widgets.Layout(width="260px"))
        self._files, self._conditions = widgets.HTML(layout=wide), widgets.HTML(layout=wide)
        columns = (
            ("29%", [self._levers_head, levers]),
            ("40%", [self._summary, self._table]),
            ("30%", [self._indicator, self._fan, self._budget, self._name, self._files]),
        )
        self._body = widgets.HBox(
            [
                widgets.VBox(parts, layout=widgets.Layout(width=share, min_width="330px"))
                for share, parts in columns
            ],
            layout=widgets.Layout(justify_content="space-between", flex_flow="row wrap"),
        )
        self._connect()

    def _connect(self) -> None:
        self._language.observe(self._on_language, "value")
        self._start.observe(self._on_start, "value")
        self._reset.on_click(lambda _: self._begin(self.choice.start))
        self._indicator.observe(lambda _: self._show(self.answer), "value")
        self._name.observe(lambda _: self._write_files(), "value")

    def _slide(self, slider: Slider) -> widgets.FloatSlider:
        slide = widgets.FloatSlider(
            value=self.starts[slider.name],
            min=slider.low,
            max=slider.high,
            step=slider.step,
            readout_format=".3g",
            layout=widgets.Layout(width="52%"),
        )
        slide.observe(lambda change: self._on_lever(slider.name, change["new"]), "value")
        return slide

    def _lever_rows(self) -> list[widgets.Widget]:
        rows: list[widgets.Widget] = []
        for slider in self.sliders:
            sector = slider.sector.en
            if sector not in self._sectors:
                self._sectors[sector] = widgets.HTML()
                rows.append(self._sectors[sector])
            name = self._names[slider.name]
            name.layout.width = "47%"
            rows.append(
                widgets.HBox(
                    [name, self._slides[slider.name]],
                    layout=widgets.Layout(min_height="34px", align_items="center"),
                )
            )
        return rows

    def _on_language(self, change: dict[str, Any]) -> None:
        self.lang = check_language(change["new"])
        self._write_texts()
        self._show(self.answer)

    def _write_texts(self) -> None:
        """Write what depends on the language alone."""
        lang = self.lang
        self._title.value = f"<h2>{escape(EXPLORER.say('title', lang))}</h2>"
        self._is_setting = True
        try:
            self._start.options = [(self._label(name), name) for name in self.study.scenarios]
            self._start.value = self.choice.start
            chosen = self._indicator.value
            labels = [(target.label.in_(lang), name) for name, target in self.live.targets.items()]
            self._indicator.options = labels
            self._indicator.value = chosen or labels[0][1]
        finally:
            self._is_setting = False
        self._start.description = EXPLORER.say("start", lang)
        self._reset.description = EXPLORER.say("reset", lang)
        self._name.description = EXPLORER.say("name", lang)
        since = self.choice.since
        told = EXPLORER.say("levers_told", lang, since=since, until=since + 1)
        self._levers_head.value = (
            f"<h3>{escape(EXPLORER.say('levers', lang))}</h3><p>{escape(told)}</p>"
        )
        for slider in self.sliders:
            self._sectors[slider.sector.en].value = f"<h3>{escape(slider.sector.in_(lang))}</h3>"
            self._slides[slider.name].tooltip = lever_told(slider, lang)
            self._mark(slider.name)
        beliefs = EXPLORER.say(self.study.beliefs, lang)
        conditions = EXPLORER.say(
            "conditions",
            lang,
            draws=number_text(self.live.draws),
            seed=self.live.seed,
            beliefs=beliefs,
        )
        self._conditions.value = f"<p>{escape(conditions)}</p>"
        self._write_files()

    def _label(self, scenario: str) -> str:
        found = self.study.scenarios[scenario]
        return found.label.in_(self.lang)

    def _mark(self, name: str) -> None:
        slider = self._by_name[name]
        value = self.choice.moved.get(name, self.starts[name])
        self._names[name].value = lever_html(slider, value, self.starts[name], self.lang)

    def _show(self, answer: Answer) -> None:
        """Show an answer: the table first, which people watch while they drag."""
        if self._is_setting:
            return
        self.answer = answer
        lang, chosen = self.lang, self._indicator.value
        label = EXPLORER.say("baseline", lang)
        targets = self.live.targets
        self._summary.value = summary_html(answer, self.baseline, label, lang)
        self._table.value = probabilities_html(answer, self.baseline, targets, chosen, label, lang)
        target = targets[chosen]
        self._fan.value = fan_svg(
            answer.ensemble,
            self.baseline.ensemble,
            target,
            self.study.history,
            target.label.in_(lang),
            label,
            lang,
        )
        if self.study.budget:
            self._budget.value = budget_html(answer, self.study.budget, self.year, lang)

    def _complain(self, why: str) -> None:
        text = escape(EXPLORER.say("failed", self.lang, why=why))
        self._summary.value = f'<div role="alert"><strong>{text}</strong></div>'

    def _write_files(self) -> None:
        """Offer what has been set as a file to keep, and as code to copy."""
        lang, name = self.lang, self._name.value
        try:
            text = self.choice.file_text(name)
            code = self.choice.code(name, self.live.draws, self.live.seed, _opening(self.study))
        except InputError as error:
            self._files.value = f'<p role="alert">{escape(str(error))}</p>'
            return
        data = base64.b64encode(text.encode()).decode()
        heading = escape(EXPLORER.say("code", lang))
        self._files.value = (
            f'<a class="xhsim-button" download="{escape(name.strip())}.yaml" '
            f'href="data:application/yaml;base64,{data}">{escape(EXPLORER.say("save", lang))}</a> '
            f"<span>{escape(EXPLORER.say('saved', lang))}</span>"
            f"<details><summary>{heading}</summary>"
            f'<textarea readonly aria-label="{heading}">{escape(code)}</textarea>'
            '<button class="xhsim-button" onclick="navigator.clipboard.writeText('
            f'this.previousElementSibling.value)">{escape(EXPLORER.say("copy", lang))}</button>'
            "</details>"
        )


def _opening(study: Study) -> str:
    """Write how a study like this one is opened."""
    folder = study.files.folder
    parts = [] if folder == bundled_folder() else [repr(str(folder))]
    stored = (folder / "model" / "posterior.csv").exists()
    parts += ["posterior=False"] if stored and study.beliefs == "prior" else []
    return ", ".join(parts)
