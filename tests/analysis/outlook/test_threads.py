"""Linear algebra of small matrices uses one thread, and other code keeps its own."""

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from xhsim.analysis.outlook.threads import on_one_thread


def _threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_a_function_has_one_thread_and_others_keep_theirs():
    import scipy.linalg  # noqa: F401

    with threadpool_limits(limits=2, user_api="blas"):
        before = _threads()
        assert on_one_thread(_threads)() == {1}
        assert _threads() == before


def test_threads_come_back_after_an_error():
    @on_one_thread
    def fails():
        raise ValueError("no")

    before = _threads()
    with pytest.raises(ValueError, match="no"):
        fails()
    assert _threads() == before
