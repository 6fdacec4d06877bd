"""The fixed phrases of pictures, pages, answers and columns of tables, read from YAML files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from xhsim.wording.label import Label

__all__ = ["ANSWERS", "BULLETIN", "COLUMNS", "EXPLORER", "PICTURES", "REPORT", "Phrases"]


@dataclass(frozen=True)
class Phrases(Mapping[str, Label]):
    """Phrases by key in both languages, from a file that is read when first needed.

    Parameters
    ----------
    file : str
        A YAML file in this folder. Each key has the texts ``en`` and ``zh``, with placeholders in
        braces.

    Examples
    --------
    >>> PICTURES["seed"]
    Label(en='seed {n}', zh='随机种子{n}')
    """

    file: str

    def say(self, key: str, lang: str, **parts: object) -> str:
        """Return a phrase in a language, with its placeholders filled in.

        Parameters
        ----------
        key : str
        lang : {"en", "zh"}
        **parts
            Values of the placeholders.

        Raises
        ------
        InputError
            If the language is not supported.

        Examples
        --------
        >>> PICTURES.say("seed", "en", n=0), PICTURES.say("seed", "zh", n=0)
        ('seed 0', '随机种子0')
        """
        return self[key].in_(lang).format(**parts)

    def __getitem__(self, key: str) -> Label:
        return _read(self.file)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_read(self.file))

    def __len__(self) -> int:
        return len(_read(self.file))


@cache
def _read(file: str) -> Mapping[str, Label]:
    # Imported here because `xhsim --help` does not need phrases.
    import yaml

    text = files("xhsim.wording").joinpath(file).read_text(encoding="utf-8")
    return {key: Label(**texts) for key, texts in yaml.safe_load(text).items()}


PICTURES = Phrases("pictures.yaml")
EXPLORER = Phrases("explorer.yaml")
REPORT = Phrases("report.yaml")
BULLETIN = Phrases("bulletin.yaml")
ANSWERS = Phrases("answers.yaml")
COLUMNS = Phrases("columns.yaml")
