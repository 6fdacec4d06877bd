"""An ensemble judged: the record has what each analysis returns alone."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.study import Study


def test_the_record_has_the_results_of_the_analyses(linear: Study) -> None:
    ensemble = linear.ensemble("programme", 64)
    judged = linear.judge(ensemble)
    assert judged.table.equals(linear.attainment(ensemble))
    assert judged.joint.equals(linear.joint(ensemble))
    assert judged.readings.equals(linear.attainment_of_readings(ensemble))
    assert judged.crossing.equals(linear.crossing(ensemble))
    assert judged.counts.tolist() == judged.met.sum("target").values.tolist()
    assert not judged.failed.any()


def test_two_records_on_the_same_draws(linear: Study) -> None:
    before, after = (linear.judge(linear.ensemble(n, 64)) for n in ("baseline", "programme"))
    difference = after.difference_from(before)
    assert difference.equals(linear.difference("programme", "baseline", 64))
    gain = after.gain_from(before)
    assert gain.mean() == pytest.approx(difference["difference"].sum())
    assert np.array_equal(gain, after.counts - before.counts)


def test_a_draw_that_fails_in_one_of_two_counts_in_neither(linear: Study) -> None:
    before, after = (linear.ensemble(name, 16) for name in ("baseline", "programme"))
    after["size"][3] = np.nan
    judged = linear.judge(after)
    assert judged.failed.nonzero()[0].tolist() == [3]
    assert judged.gain_from(linear.judge(before)).shape == (15,)
