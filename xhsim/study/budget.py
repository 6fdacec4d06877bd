"""The policy budget: which model variables are the money available, requested and paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xhsim.errors import did_you_mean
from xhsim.study.files.records import read_record
from xhsim.study.names import canonical

__all__ = ["Budget", "read_budget"]


@dataclass(frozen=True)
class Budget:
    """Canonical names of the model variables for policy money.

    Parameters
    ----------
    given : str
        Money available for policy in a year.
    asked : str
        Money that the levers request.
    paid : str
        Money that the levers receive: less than requested if the requests exceed the budget.
    """

    given: str
    asked: str
    paid: str

    @property
    def variables(self) -> tuple[str, str, str]:
        """All three names, in the order of the parameters."""
        return self.given, self.asked, self.paid


def read_budget(path: Path, known: Iterable[str]) -> Budget:
    """Read ``budget.yaml``.

    Parameters
    ----------
    path : Path
        The file.
    known : iterable of str
        Canonical names of the model's variables.

    Returns
    -------
    Budget

    Raises
    ------
    InputError
        With every mistake in the file.
    """
    from xhsim.study.files.schema import UNKNOWN, BudgetRecord

    written = read_record(BudgetRecord, path, "budget")
    given = {key: getattr(written.record, key) for key in ("given", "asked", "paid")}
    names = {key: canonical(name) for key, name in given.items()}
    listed = sorted(known)
    for key, name in names.items():
        if given[key] != UNKNOWN and name not in listed:
            written.wrong(
                f'the model has no variable "{given[key]}"',
                key,
                hint=did_you_mean(name, listed) or "name one of the model's variables",
            )
    written.mistakes.check()
    return Budget(**names)
