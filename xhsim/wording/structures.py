"""Sentences about the structures of a model, which pictures, pages and tables share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xhsim.wording.label import Label
from xhsim.wording.punctuation import COMMA, in_brackets

__all__ = ["stale_text", "structure_labels", "structure_share", "weights_text"]

ORIGINS = {
    "hindcast": Label("weights from rolling hindcasts", "权重依据滚动回测"),
    "file": Label("weights from structures.yaml", "权重由研究设定"),
    "equal": Label("equal weights", "等权重"),
    "chosen": Label("weights as asked", "权重由使用者指定"),
}
SHARE = Label("{name} {share} %", "{name}{share}%")
STALE = Label(
    "The weights are out of date: {changed} changed since.", "权重所依据的数据已变更，需重新计算。"
)


def structure_labels(about: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Return the labels of structures in a language, by name.

    Parameters
    ----------
    about : mapping
        With ``names`` and ``labels_en`` or ``labels_zh``: the attributes of an ensemble's
        coordinate ``structure``.
    lang : {"en", "zh"}

    Examples
    --------
    >>> structure_labels({"names": ["trend"], "labels_zh": ["趋势"]}, "zh")
    {'trend': '趋势'}
    """
    names: Sequence[str] = about.get("names", ())
    return dict(zip(names, about.get(f"labels_{lang}", names), strict=True))


def structure_share(label: str, share: str, lang: str) -> str:
    """Return a structure's label with a percentage.

    Parameters
    ----------
    label : str
    share : str
        The number, possibly with a sign such as "<".
    lang : {"en", "zh"}

    Examples
    --------
    >>> structure_share("Market", "<5", "en"), structure_share("市场", "<5", "zh")
    ('Market <5 %', '市场<5%')
    """
    return SHARE.in_(lang).format(name=label, share=share)


def weights_text(about: Mapping[str, Any], lang: str) -> str:
    """Return the weights of structures and where they come from.

    Parameters
    ----------
    about : mapping
        As for `structure_labels`, with ``weights`` and ``origin``. Structures without a weight are
        left out.
    lang : {"en", "zh"}

    Examples
    --------
    >>> about = {"names": ["a", "b"], "labels_en": ["Market", "Floor"], "weights": [0.6, 0.4]}
    >>> weights_text(about | {"origin": "hindcast"}, "en")
    'Market 60 %, Floor 40 % (weights from rolling hindcasts)'
    """
    labels = structure_labels(about, lang)
    parts = [
        structure_share(labels[name], f"{100 * weight:.0f}", lang)
        for name, weight in zip(about["names"], about["weights"], strict=True)
        if weight > 0
    ]
    return COMMA.in_(lang).join(parts) + in_brackets(ORIGINS[about["origin"]].in_(lang), lang)


def stale_text(about: Mapping[str, Any], lang: str) -> str:
    """Return a warning if weights were made from other inputs; otherwise nothing.

    Parameters
    ----------
    about : mapping
        With ``stale``, what has changed since.
    lang : {"en", "zh"}

    Examples
    --------
    >>> stale_text({"stale": ["the model's equations"]}, "en")
    "The weights are out of date: the model's equations changed since."
    >>> stale_text({"stale": []}, "en")
    ''
    """
    changed: Sequence[str] = about.get("stale", ())
    if not changed:
        return ""
    return STALE.in_(lang).format(changed=" and ".join(changed))
