"""The page of a report: its figures are the study's, it needs nothing else, and it harms nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.report.page.pages import HTML, Element, Make, rows_of, text_of
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.report.page.page import write_report
from xhsim.report.page.words import Words

CHINESE = re.compile(r"[\u3400-\u9fff]")
# What is called by a Latin name in a Chinese text too.
NAMES = {
    *("xhsim", "IPCC", "SHA", "UTC", "linear", "xuhui", "mdl", "attain", "plan", "every", "check"),
    *("hindcast", "scenarios", "yaml", "programme", "doubt", "commit"),
    *("GDP", "PCT", "R", "D", "AI", "HQ", "CNY", "dev"),
    # What the linear study has no Chinese words for.
    *("unit", "North", "South", "Zones", "Growth"),
}


def _shown(page: Element) -> Iterator[str]:
    """Yield what is read or heard, without what is typed and how it was made."""
    for section in page.find("body").iter():
        if section.get("id") == "manifest" or section.tag in ("pre", "style"):
            continue
        if any(parent.get("id") == "manifest" for parent in section.iterancestors()):
            continue
        yield from filter(None, (section.text, section.tail, section.get("aria-label")))


# --- what it says -------------------------------------------------------------------------


def test_sections_come_in_their_order(make: Make) -> None:
    found = [section.get("id") for section in make("programme").iter("section")]
    assert found == [
        *("summary", "attainment", "heatmap", "fans", "split", "spread", "timing"),
        *("assumptions", "limits", "manifest"),
    ]
    links = [link.get("href") for link in make("programme").find(".//nav").iter("a")]
    assert links == [f"#{name}" for name in found]


def test_a_study_in_which_nothing_is_uncertain(tmp_path: Path) -> None:
    text = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
    records = yaml.safe_load(text)
    for record in records.values():
        record.pop("prior", None)
        record.pop("shock", None)
        record["role"] = "fixed" if record["role"] == "uncertain" else record["role"]
    known = {"model/parameters.yaml": yaml.safe_dump(records, allow_unicode=True)}
    folder = copy_of_linear(tmp_path / "study", **known, **{"scenarios/doubt.yaml": None})
    study = xhsim.open_study(folder)
    file = write_report(study, ["programme"], tmp_path / "page.html", draws=8)
    page = HTML.fromstring(file.read_text(encoding="utf-8"))
    assert "100" not in rows_of(page, "attainment")["1 Size unit"][1].split()[0]
    assert rows_of(page, "spread")["Size"] == ["–", "–", "none"]


# --- alone and harmless -------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_else(make: Make, lang: str) -> None:
    page = make("programme", lang=lang)
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form", "audio"}
    for element in page.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on"), name
            assert "http:" not in value, (name, value)
            assert "https:" not in value, (name, value)
            if name in ("href", "src", "srcset", "xlink:href"):
                assert value.startswith(("#", "data:image/png;base64,")), value
            if "url(" in value:
                assert re.fullmatch(r"url\(#[\w-]+\)", re.search(r"url\([^)]*\)", value)[0])  # type: ignore[index]
    style = page.findtext(".//style")
    assert "@import" not in style
    assert "url(" not in style
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_within_the_page_are_there_once(make: Make, lang: str) -> None:
    page = make("doubt", "programme", lang=lang)
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    wanted = {value[1:] for value in page.xpath("//@href") if value.startswith("#")}
    wanted |= {name for value in page.xpath("//@*") for name in re.findall(r"url\(#(.+?)\)", value)}
    assert wanted
    assert wanted <= set(names)


def test_heads_and_language_are_marked(make: Make) -> None:
    for lang, told in (("en", "en"), ("zh", "zh-Hans")):
        page = make("programme", lang=lang)
        assert page.get("lang") == told
        assert page.findtext(".//title")
        for table in page.iter("table"):
            assert table.find("caption") is not None
            assert {cell.get("scope") for cell in table.find("thead").iter("th")} == {"col"}
            for row in table.find("tbody").iter("tr"):
                assert (row[0].tag, row[0].get("scope")) == ("th", "row")
                assert len(row) == len(table.find("thead/tr"))


def test_text_of_a_study_is_never_markup(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    scenario = (
        f'label: {{en: "{attack}", zh: "{attack}"}}\n'
        f'description: "{attack} <img src=x onerror=alert(1)> {{{{ 7 * 7 }}}}"\n'
        'extends: baseline\nset:\n  policy: 1\nreference: "</style><b>"\n'
    )
    targets = (LINEAR / "model" / "targets.yaml").read_text(encoding="utf-8")
    folder = copy_of_linear(
        tmp_path / "study",
        **{
            "scenarios/attack.yaml": scenario,
            "model/targets.yaml": targets.replace(
                "{en: Size, zh: 规模}", f'{{en: "{attack}", zh: b}}'
            ),
        },
    )
    study = xhsim.open_study(folder)
    file = write_report(study, ["attack"], tmp_path / "p.html", draws=16, title=attack + "{{ 1 }}")
    text = file.read_text(encoding="utf-8")
    page = HTML.fromstring(text)
    assert "<script" not in text.casefold()
    assert page.findall(".//script") + page.findall(".//img") + page.findall(".//main//b/b") == []
    assert page.findtext(".//h1") == attack + "{{ 1 }}"
    assert "{{ 7 * 7 }}" in text_of(page)
    assert attack in text_of(page.get_element_by_id("assumptions"))


# --- two languages ------------------------------------------------------------------------


def _strange(page: Element) -> set[str]:
    words = {word for text in _shown(page) for word in re.findall(r"[A-Za-z]+", text)}
    return words - NAMES


def test_a_chinese_page_has_no_english_words(make: Make) -> None:
    page = make("doubt", "programme", lang="zh")
    assert _strange(page) == set()
    assert page.findtext(".//h1") == "规划目标实现的可能性"
    assert "3项目标平均实现" in text_of(page.get_element_by_id("summary"))


def test_an_english_page_has_no_chinese_letters(make: Make) -> None:
    assert [text for text in _shown(make("doubt", "programme")) if CHINESE.search(text)] == []


def test_figures_are_the_same_in_both_languages(make: Make) -> None:
    tables = [rows_of(make("programme", lang=lang), "attainment") for lang in ("en", "zh")]
    for one, other in zip(*(table.values() for table in tables), strict=True):
        assert re.findall(r"[\d.]+", one[1] + one[3]) == re.findall(r"[\d.]+", other[1] + other[3])


# --- writing it ---------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(study: Study, tmp_path: Path) -> None:
    texts = []
    for number in range(2):
        file = write_report(study, ["programme"], tmp_path / str(number) / "p.html", draws=32)
        text = file.read_text(encoding="utf-8")
        (made,) = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00", text)
        texts.append(
            text.replace(made, "THEN").replace(Words.of("en", study.labels).date(made), "")
        )
    assert texts[0] == texts[1]


def test_the_command_makes_the_page_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "doubt", "--draws", "16", "--seed", "3", "--lang", "zh", "--against"]
    words += ["baseline", "--title", "甲 乙", "--prior", "--study", str(LINEAR)]
    assert cli.main([*words, "--out", str(tmp_path / "a.html")]) == 0
    assert capsys.readouterr().out == f"Written to {tmp_path / 'a.html'}\n"
    page = HTML.fromstring((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert page.findtext(".//h1") == "甲 乙"
    told = page.findtext(".//pre/code")
    assert told == (
        "xhsim report doubt --draws 16 --seed 3 --lang zh --against baseline --title '甲 乙' "
        f"--prior --study {LINEAR} --out a.html"
    )
    hashes = rows_of(page, "manifest", 1)
    assert set(hashes) == {
        path.relative_to(LINEAR).as_posix() for path in LINEAR.rglob("*") if path.is_file()
    }


def test_a_text_is_no_list_of_scenarios(study: Study, tmp_path: Path) -> None:
    with pytest.raises(xhsim.InputError, match=r'is a list of texts.*write \["programme"\]'):
        write_report(study, "programme", tmp_path / "p.html")
    with pytest.raises(xhsim.InputError, match="there is no scenario to report on"):
        write_report(study, [], tmp_path / "p.html")
    with pytest.raises(xhsim.InputError, match="language 'fr'"):
        write_report(study, ["programme"], tmp_path / "p.html", lang="fr")
    assert list(tmp_path.iterdir()) == []


# --- the study that ships -----------------------------------------------------------------


def test_the_study_that_ships_in_chinese(xuhui: Study, tmp_path: Path) -> None:
    file = write_report(xuhui, ["pandemic-years"], tmp_path / "p.html", lang="zh", draws=32)
    page = HTML.fromstring(file.read_text(encoding="utf-8"))
    # Series of the history file, files, and elements in findings have no other name; Chinese
    # texts write CRPS, too.
    strange = {word for word in _strange(page) if len(word) > 1}
    series = {"energy", "gdp", "growth", "industrial", "output", "real"}
    assert strange <= series | {"pandemic", "years", "Culture", "CRPS"}
    assert len(rows_of(page, "attainment")) == 18
    assert file.stat().st_size < 3_000_000
