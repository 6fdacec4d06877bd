"""Published figures as text: their name, their value, and how they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xhsim.report.bulletin.words import BulletinWords
from xhsim.study.history.release_label import release_label
from xhsim.wording.label import Label
from xhsim.wording.line_breaks import capitalised

if TYPE_CHECKING:
    from xhsim.study.history.releases import Release

__all__ = ["error_text", "how_it_came", "release_name", "release_value", "watched_name"]

# Where a point lies in the forecast before it, and the words for that.
CAME = ((0.1, "came_low"), (0.25, "came_lower"), (0.75, "came_middle"), (0.9, "came_higher"))


def release_name(release: Release, words: BulletinWords) -> str:
    """Return what a release is about: ``GDP, 2022``.

    Parameters
    ----------
    release : Release
    words : BulletinWords

    Returns
    -------
    str
    """
    label = release_label(release, words.labels).in_(words.lang)
    return capitalised(label.replace("_", " "))


def watched_name(row: Mapping[Any, Any], words: BulletinWords) -> str:
    """Return what a row of a table of unpublished figures is about.

    Parameters
    ----------
    row : mapping
        From ``study.to_watch``.
    words : BulletinWords

    Returns
    -------
    str
    """
    name = Label.of_row(row).or_name(str(row["series"])).in_(words.lang)
    period = words.say("period_year", year=row["year"])
    return capitalised(words.say(f"of_{row['measure']}", name=name, period=period))


def release_value(release: Release, words: BulletinWords) -> str:
    """Return what a release says, with its unit.

    Parameters
    ----------
    release : Release
    words : BulletinWords

    Returns
    -------
    str
    """
    figure = release.figure
    of_percent = figure.unit.startswith(("%", "percent"))

    def text(value: float) -> str:
        if of_percent:
            return words.say("in_percent", value=words.exact(value))
        return words.exact_amount(value, figure.unit)

    if figure.kind == "point":
        return text(figure.value)
    if figure.kind == "interval":
        assert figure.high is not None
        return words.say("between", low=words.exact(figure.value), high=text(figure.high))
    return words.say("over" if figure.kind == "floor" else "under", value=text(figure.value))


def error_text(release: Release, error: float, words: BulletinWords) -> str:
    """Return the error with which a release counts.

    Parameters
    ----------
    release : Release
    error : float
        Percentage points for growth, relative otherwise.
    words : BulletinWords

    Returns
    -------
    str
    """
    if release.figure.measure == "growth":
        return words.say("in_points", value=words.figure(error))
    return words.say("in_percent", value=words.figure(100 * error))


def how_it_came(release: Release, share: float, words: BulletinWords) -> str:
    """Return how a release compares with the forecast before it.

    Parameters
    ----------
    release : Release
    share : float
        From ``Update.shares``.
    words : BulletinWords

    Returns
    -------
    str
    """
    if release.figure.kind != "point":
        return words.say("came_bound", share=words.share(share))
    return words.say(next((key for end, key in CAME if share < end), "came_high"))
