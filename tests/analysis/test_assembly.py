"""Files and model checked against each other, and laid out as the model needs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.analysis.studies import target
from xhsim.analysis.assembly import fitted_together, model_variables, read_other_releases
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import StudyFiles, read_study


@pytest.fixture(scope="module")
def files(linear: Study) -> StudyFiles:
    return read_study(linear.files.folder)


def with_target(files: StudyFiles, **changes: object) -> StudyFiles:
    one = target(**{"variable": "size", "base_year": 2020, "deadline": 2025, **changes})
    return replace(files, targets=MappingProxyType({one.id: one}))


def test_a_model_in_plain_data(linear: Study) -> None:
    found = {variable.name: variable for variable in model_variables(linear.model)}
    assert found["growth"] == ModelVariable("growth", "unit/year", True, (), 3.0, False)
    assert found["zone growth"] == ModelVariable(
        "zone growth", "unit/year", True, (("North", "South"),), {"North": 1.0, "South": 2.0}, False
    )
    assert found["size"] == ModelVariable("size", "unit", False, (), None, True)


def test_elements_take_the_order_of_the_model(linear: Study, files: StudyFiles) -> None:
    assert list(files.parameters["zone growth"].elements) == ["South", "North"]
    fitted = fitted_together(files, linear.model).parameters["zone growth"]
    assert fitted.value == {"North": 1, "South": 2}
    assert list(fitted.elements) == ["North", "South"]


def test_calibrated_parameters_are_at_their_most_probable_values(xuhui: Study) -> None:
    read = read_study(xuhui.files.folder)
    posterior = read.posterior
    assert posterior is not None
    fitted = fitted_together(read, xuhui.model).parameters
    moved = [name for name, p in read.parameters.items() if fitted[name].value != p.value]
    assert moved
    for name in moved:
        parameter = read.parameters[name]
        assert any(posterior.has(name, element) for element in parameter.elements or ("",))


@pytest.mark.parametrize("name", ["joint", "joint:all"])
def test_a_target_must_not_have_the_id_of_a_joint_row(
    linear: Study, files: StudyFiles, name: str
) -> None:
    where = Place("targets.yaml", 7)
    message = rf'targets.yaml:7: a target cannot have the id "{name}".*give it another id'
    with pytest.raises(InputError, match=message):
        fitted_together(with_target(files, id=name, where=where), linear.model)


def test_a_target_of_a_variable_that_the_model_lacks(linear: Study, files: StudyFiles) -> None:
    with pytest.raises(InputError, match='did you mean "size"'):
        fitted_together(with_target(files, variable="sise"), linear.model)


def test_releases_from_another_file_are_checked_like_those_of_the_study(
    linear: Study, tmp_path: Path
) -> None:
    path = tmp_path / "new.csv"
    header = "series,period,value,unit,variable,published,source\n"
    path.write_text(header + "size,2022,108,unit,size,2023-01,office\n", "utf-8")
    (row,) = read_other_releases(linear.files, linear.model, path)
    assert (row.series, row.where.line) == ("size", 2)
    path.write_text(header, "utf-8")
    with pytest.raises(InputError, match="the file has no releases"):
        read_other_releases(linear.files, linear.model, path)
