"""What a release is called in tables and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    from xhsim.study.history.releases import Release
    from xhsim.study.labels import Labels

__all__ = ["release_label"]

NAMES = {
    "level": Label("{name}, {period}", "{period}{name}"),
    "growth": Label("growth of {name}, {period}", "{period}{name}增速"),
    "change": Label("change of {name}, {period}", "{period}{name}变动"),
}
BOUNDS = {
    "floor": Label("{name} (floor)", "{name}下限"),
    "ceiling": Label("{name} (ceiling)", "{name}上限"),
    "interval": Label("{name} (range)", "{name}区间"),
}
PARTS = {
    0.25: Label("first quarter of {year}", "{year}年一季度"),
    0.5: Label("first half of {year}", "{year}年上半年"),
    0.75: Label("first three quarters of {year}", "{year}年前三季度"),
    1.0: Label("{year}", "{year}年"),
}
POINT = Label("{name}", "{name}")


def release_label(release: Release, labels: Labels) -> Label:
    """Return what a release is called: what it measures, its period, and whether it is a bound.

    Parameters
    ----------
    release : Release
    labels : Labels
        Of the study: ``study.labels``.

    Returns
    -------
    Label

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> floor = study.files.releases[-1]
    >>> release_label(floor, study.labels).in_("zh")
    '2023年集群产出（文化创意）下限'
    >>> str(release_label(study.files.releases[1], study.labels))
    'GDP, 2022'
    """
    figure = release.figure
    parts = [labels.reference(term) for term in release.terms]
    name = Label(
        " + ".join(part.en for part in parts) or release.series,
        "＋".join(part.zh for part in parts) or release.series,
    )
    found = {
        lang: BOUNDS.get(figure.kind, POINT)
        .in_(lang)
        .format(
            name=NAMES[figure.measure]
            .in_(lang)
            .format(
                name=name.in_(lang),
                period=PARTS[release.part].in_(lang).format(year=release.year),
            )
        )
        for lang in LANGUAGES
    }
    return Label(**found)
