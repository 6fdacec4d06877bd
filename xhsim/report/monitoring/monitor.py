"""The work behind ``xhsim monitor``: with a progress bar, and into a folder if one is named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.analysis.assembly import read_other_releases
from xhsim.analysis.early_warning.lights import lights
from xhsim.analysis.judging.required import required_growth
from xhsim.analysis.monitoring.channels import learnt, revision_by_channel
from xhsim.analysis.monitoring.expected import expected_figures
from xhsim.analysis.monitoring.revision import revision_by_release
from xhsim.atomic import writing
from xhsim.report.files.manifest import manifest, write_manifest
from xhsim.report.monitoring.report import MonitorReport
from xhsim.report.monitoring.sections import at_date
from xhsim.report.terminal.progress import progress_bar
from xhsim.study.history.vintages import releases_as_of
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.wording.likelihood import NOT_ASSESSABLE

if TYPE_CHECKING:
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.study import Study
    from xhsim.study.history.releases import Release
    from xhsim.study.targets import Target

__all__ = ["monitor_study"]

# How many draws are run to split revisions, for each draw of the monitoring. With 2,000 draws these
# are the numbers with which the errors of the splits were measured.
RELEASE_DRAWS, CHANNEL_DRAWS = 10, 0.25


def monitor_study(
    study: Study,
    scenario: str,
    *,
    as_of: date | None,
    releases: Path | None,
    draws: int,
    seed: int,
    channels: bool,
    out: Path | None,
    command: list[str],
    quiet: bool,
) -> MonitorReport:
    """Update a study with published figures, and find out what they change and why.

    Parameters
    ----------
    study : Study
    scenario : str
    as_of : date or None
        As for `Study.monitor`.
    releases : Path or None
        A file to use in place of the study's ``releases.csv``.
    draws, seed : int
        As for `Study.ensemble`.
    channels : bool
        Whether to split the revision by channel, too.
    out : Path or None
        A folder for ``figures.csv``, ``probabilities.csv``, ``revisions.csv``, ``learnt.csv``,
        ``required.csv``, ``watch.csv``, ``monitor.json`` and ``manifest.json``. It receives all of
        them or none.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    MonitorReport

    Raises
    ------
    InputError
        As `Study.monitor`, and if a file has mistakes or `out` cannot be written.
    """
    rows = study.files.releases
    about: dict[str, Any] = {"scenario": scenario, "draws": draws, "seed": seed}
    if releases is not None:
        rows = read_other_releases(study.files, study.model, releases)
        content = hashlib.sha256(releases.read_bytes()).hexdigest()
        about["releases"] = {"file": str(releases), "sha256": content}
    if out is None:
        return _monitored(study, scenario, as_of, rows, draws, seed, channels, quiet)
    # Before the runs: the manifest describes the files that were read, not later versions.
    about["beliefs"] = study.beliefs
    record = manifest(study.files, command=command, **about)
    with writing(out) as draft:
        report = _monitored(study, scenario, as_of, rows, draws, seed, channels, quiet, out)
        report.write(draft)
        record |= {"as_of": str(report.monitoring.as_of)}
        write_manifest(draft, record, study.files.folder, out)
    return report


def _monitored(
    study: Study,
    scenario: str,
    as_of: date | None,
    releases: Sequence[Release],
    draws: int,
    seed: int,
    channels: bool,
    quiet: bool,
    out: Path | None = None,
) -> MonitorReport:
    names = list(study.indicators or study.targets)
    with progress_bar(quiet) as bar:

        def told(what: str) -> Any:
            task = bar.add_task(what, total=None)
            return lambda count: bar.advance(task, count)

        found = study.monitor(
            as_of,
            releases=releases,
            scenario=scenario,
            draws=draws,
            seed=seed,
            progress=told("runs of all draws"),
        )
        chances = lights(found, names)
        by_release = by_channel = None
        if found.releases:
            by_release = revision_by_release(
                found, names, draws=RELEASE_DRAWS * draws, progress=told("draws by release")
            )
            if channels:
                many = max(1, round(CHANNEL_DRAWS * draws))
                by_channel = revision_by_channel(
                    found, names, draws=many, progress=told("groups of channels")
                )
    # A light says that a target is safe or in danger, which nobody can know without its base.
    pairs = zip(chances["light"], chances["word"], strict=True)
    chances["light"] = [None if word == NOT_ASSESSABLE.en else light for light, word in pairs]
    states = at_date(chances, found.dates[-1])["state"]
    targets = {name: study.targets[name] for name in names}
    still = {name: one for name, one in targets.items() if states[name] == "open"}
    watch = study.to_watch(
        found.ensembles[-1], targets, published=releases_as_of(releases, found.as_of)
    )
    return MonitorReport(
        found,
        chances,
        expected_figures(found),
        by_release,
        by_channel,
        learnt(found, most=None),
        required_growth(found.ensembles[-1], still, _last_years(found, still)),
        watch,
        out,
    )


def _last_years(monitoring: Monitoring, targets: Mapping[str, Target]) -> dict[str, int]:
    """Return for each target the last year with a whole figure of its variable."""
    known = [(one.terms[0], one.year) for one in monitoring.releases if _is_whole(one)]
    known += [
        (parse_reference(row.variable), row.last_year)
        for row in monitoring.study.files.observations
        if row.can_be_compared
    ]
    last: dict[Reference, int] = {}
    for term, year in known:
        last[_spelled(term)] = max(year, last.get(_spelled(term), year))
    return {
        name: last.get(_spelled(target.variable), target.base_year)
        for name, target in targets.items()
    }


def _is_whole(release: Release) -> bool:
    return release.part == 1 and len(release.terms) == 1


def _spelled(term: Reference) -> Reference:
    return Reference(canonical(term.name), tuple(map(canonical, term.elements)))
