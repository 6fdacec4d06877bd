"""The page of a report: its figures are the study's, it needs nothing else, and it harms nobody."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html as untyped

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.plots.canvas.pictures import new_axes
from xhsim.report.page.facts import ReportWish, gather, others_of
from xhsim.report.page.grounds import Interval, gather_grounds
from xhsim.report.page.page import write_report
from xhsim.report.page.svg import Pictures
from xhsim.report.page.words import Words
from xhsim.wording.likelihood import likelihood_text
from xhsim.wording.numbers import probability_text

HTML: Any = untyped
DRAWS = 200
CHINESE = re.compile(r"[\u3400-\u9fff]")
# What is called by a Latin name in a Chinese text too.
NAMES = {
    *("xhsim", "IPCC", "SHA", "UTC", "linear", "xuhui", "mdl", "attain", "plan", "every", "check"),
    *("hindcast", "scenarios", "yaml", "programme", "doubt", "commit"),
    *("GDP", "PCT", "R", "D", "AI", "HQ", "CNY", "dev"),
    # What the linear study has no Chinese words for.
    *("unit", "North", "South", "Zones", "Growth"),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return xhsim.open_study(LINEAR)


Element = Any  # of lxml, which has no types
Make = Callable[..., Element]


@pytest.fixture(scope="module")
def make(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a page and parse it; the same one is made once."""
    made: dict[str, Element] = {}

    def parsed(*scenarios: str, **options: object) -> Element:
        options = {"lang": "en", "draws": DRAWS, **options}
        key = repr((scenarios, options))
        if key not in made:
            path = tmp_path_factory.mktemp("page") / "page.html"
            write_report(study, scenarios, path, **options)  # type: ignore[arg-type]
            made[key] = HTML.fromstring(path.read_text(encoding="utf-8"))
        return made[key]

    return parsed


def _text(element: Element) -> str:
    return " ".join(element.text_content().replace("\N{NO-BREAK SPACE}", " ").split())


def _rows(page: Element, section: str, number: int = 0) -> dict[str, list[str]]:
    """Read a table: cells by the text of the row's head."""
    table = page.get_element_by_id(section).findall(".//table")[number]
    return {
        _text(row[0]): [_text(cell) for cell in row[1:]] for row in table.find("tbody").iter("tr")
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


def test_the_table_has_the_figures_of_the_study(study: Study, make: Make) -> None:
    rows = _rows(make("programme"), "attainment")
    table = study.attainment(study.ensemble("programme", DRAWS, 0), study.indicators)
    moved = study.difference("programme", draws=DRAWS)
    assert len(rows) == len(table) == 3
    for (name, cells), (key, row) in zip(rows.items(), table.iterrows(), strict=True):
        assert name == f"{row['rank']} {row['label']} unit"
        _, chance, word, middle, _, change = cells
        percent, interval = chance.split()
        assert percent == probability_text(row["probability"], row["ci_low"], row["ci_high"])
        low, high = (int(end) / 100 for end in interval.split("–"))
        assert low <= row["ci_low"] < low + 0.01
        assert high - 0.01 < row["ci_high"] <= high
        assert word.replace("\N{NO-BREAK SPACE}", " ") == likelihood_text(row["word"])
        assert float(middle.split()[0].replace("−", "-")) == pytest.approx(row["median"], rel=5e-3)
        points = float(moved["difference"][str(key)])
        assert int(change.split()[0].replace("−", "-")) == math.floor(100 * points + 0.5)


def test_the_summary_counts_what_is_met(study: Study, make: Make) -> None:
    facts = gather(study, ReportWish(("programme",), None, DRAWS, 0))
    one = facts.scenarios[0]
    both = {name: study.ensemble(name, DRAWS, 0) for name in ("baseline", "programme")}
    means = {name: float(study.joint(each)["expected"]["joint"]) for name, each in both.items()}
    assert one.count.mean == pytest.approx(means["programme"])
    assert one.gain is not None
    assert one.gain.mean == pytest.approx(means["programme"] - means["baseline"])
    assert one.count.low < one.count.mean < one.count.high
    text = _text(make("programme").get_element_by_id("summary"))
    assert f"“Programme” {one.count.mean:.1f} of the 3 targets are met on average" in text
    assert "Compared with “As before”" in text
    assert "the priors of its parameters are right" in text
    table = one.table[one.table["word"] == "likely"]
    for label, chance in zip(table["label"], table["probability"], strict=True):
        assert f"{label} {100 * chance:.0f} % (" in text


def test_sections_come_in_their_order(make: Make) -> None:
    found = [section.get("id") for section in make("programme").iter("section")]
    assert found == [
        *("summary", "attainment", "heatmap", "fans", "split", "spread", "timing"),
        *("assumptions", "limits", "manifest"),
    ]
    links = [link.get("href") for link in make("programme").find(".//nav").iter("a")]
    assert links == [f"#{name}" for name in found]


def test_each_picture_says_what_it_shows(make: Make) -> None:
    pictures = make("programme").findall(".//svg[@role='img']")
    assert len(pictures) == 3 + 1 + 1 + 2  # fans, heatmap, crossing; two targets are moved
    for picture in pictures:
        assert len(picture.get("aria-label")) > 30
    assert "Size: the level has a median of" in pictures[1].get("aria-label")


def test_the_effect_is_divided_as_the_study_divides_it(study: Study, make: Make) -> None:
    text = _text(make("programme").get_element_by_id("split"))
    for target in ("size", "modest"):
        split = study.split("programme", target, draws=DRAWS, orders=8)
        (policy,) = split.table["shapley"]
        assert policy == pytest.approx(split.after - split.before)
        points = f"{math.floor(100 * policy + 0.5):+d}".replace("-", "−")
        assert f"Programme {points} (± 1)" in text
    assert f"counted on {DRAWS} draws and 16 random orders" in text


def test_what_is_set_stands_with_its_file(make: Make) -> None:
    rows = _rows(make("programme"), "assumptions")
    assert rows["Programme unit per year"] == [
        "0",
        "2020–2022: 0; 2023–2025: 1",
        "scenarios/programme.yaml:5",
    ]


def test_beliefs_are_the_priors(make: Make) -> None:
    rows = _rows(make("programme"), "assumptions", 1)
    assert rows["Growth unit per year"][:3] == ["3", "2 to 4", "prior"]
    assert rows["Growth of zones (South) unit per year"][1] == "1.5 to 2.5"


def test_a_scenario_of_many_parts_is_told_whole(study: Study) -> None:
    table = study.importance("doubt", draws=64)
    changes = gather_grounds(study, {"doubt": "programme"}, {"doubt": table}).changes["doubt"]
    by_kind = {(change.kind, str(change.names[0])): change for change in changes}
    belief = by_kind["belief", "growth"]
    assert isinstance(belief.before, Interval)
    assert isinstance(belief.after, Interval)
    assert belief.before.low == pytest.approx(2)
    assert belief.after.low == pytest.approx(1)
    assert by_kind["belief", "idle"].before is None
    assert by_kind["value", "weather"].place.startswith("scenarios/doubt.yaml:")
    assert by_kind["value", "policy"].place.startswith("scenarios/programme.yaml:")


def test_several_scenarios_side_by_side(study: Study, make: Make) -> None:
    page = make("baseline", "programme", "doubt", against="programme")
    heads = [_text(head) for head in page.get_element_by_id("attainment").iter("h3")]
    assert heads == ["As before", "Programme", "Doubt"]
    text = _text(page.get_element_by_id("summary"))
    assert text.count("Compared with “Programme”") == 2
    assert text.count("It is not compared with another scenario.") == 1
    wish = ReportWish(("baseline", "programme", "doubt", "nothing"), None, 8, 0)
    assert others_of(study, wish) == {
        "baseline": None,
        "programme": "baseline",
        "doubt": "programme",
        "nothing": "baseline",
    }


def test_a_scenario_that_changes_nothing(make: Make) -> None:
    page = make("nothing")
    assert "changes by no more than the number of draws explains" in _text(page)
    assert "It changes nothing." in _text(page)
    assert "no policies to divide its effect among" in _text(page)


def test_money_that_is_missing(tmp_path: Path) -> None:
    """What is spent stands in for what is missing: nothing in one scenario, always in the other."""
    folder = copy_of_linear(tmp_path / "study", **{"model/checks.yaml": "budget: spent\n"})
    study = xhsim.open_study(folder)
    facts = gather(study, ReportWish(("baseline", "programme"), None, 100, 0))
    holds, binds = (one.budget for one in facts.scenarios)
    assert holds is not None
    assert binds is not None
    assert (holds.ever.probability, binds.ever.probability) == (0, 1)
    assert (binds.worst, binds.missing) == (2024, 1.0)
    assert (binds.first, binds.last) == (2021, 2025)
    file = write_report(study, ["baseline", "programme"], tmp_path / "page.html", draws=100)
    text = _text(HTML.fromstring(file.read_text(encoding="utf-8")))
    assert "The budget pays all that the scenario asks for in every draw from 2021 to 2025" in text
    assert "It happens most often in 2024, with a probability of >96 % (96–100);" in text


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
    assert "100" not in _rows(page, "attainment")["1 Size unit"][1].split()[0]
    assert _rows(page, "spread")["Size"] == ["–", "–", "none"]


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
    assert "{{ 7 * 7 }}" in _text(page)
    assert attack in _text(page.get_element_by_id("assumptions"))


def test_letters_are_shared_and_markers_are_not() -> None:
    pictures = Pictures()
    ax = new_axes(2, 2, (0.3, 0.3, 0.3, 0.3))
    ax.plot([0, 1], [0, 1], marker="o")
    one, two = (HTML.fromstring(pictures.take(ax, "A line")) for _ in range(2))
    names = [set(each.xpath("//@id")) for each in (one, two)]
    assert names[0]
    assert not names[0] & names[1]
    assert "DejaVuSans-" not in " ".join(names[0] | names[1])
    letters = [HTML.fromstring(letter).get("id") for letter in pictures.letters()]
    assert len(letters) == len(set(letters)) > 5
    for each, own in zip((one, two), names, strict=True):
        assert {value[1:] for value in each.xpath("//@href")} <= own | set(letters)


# --- two languages ------------------------------------------------------------------------


def _strange(page: Element) -> set[str]:
    words = {word for text in _shown(page) for word in re.findall(r"[A-Za-z]+", text)}
    return words - NAMES


def test_a_chinese_page_has_no_english_words(make: Make) -> None:
    page = make("doubt", "programme", lang="zh")
    assert _strange(page) == set()
    assert page.findtext(".//h1") == "规划目标实现的可能性"
    assert "3项目标平均实现" in _text(page.get_element_by_id("summary"))


def test_an_english_page_has_no_chinese_letters(make: Make) -> None:
    assert [text for text in _shown(make("doubt", "programme")) if CHINESE.search(text)] == []


def test_figures_are_the_same_in_both_languages(make: Make) -> None:
    tables = [_rows(make("programme", lang=lang), "attainment") for lang in ("en", "zh")]
    for one, other in zip(*(table.values() for table in tables), strict=True):
        assert re.findall(r"[\d.]+", one[1] + one[3]) == re.findall(r"[\d.]+", other[1] + other[3])


def test_how_figures_are_written(study: Study) -> None:
    english, chinese = Words.of("en", study.labels), Words.of("zh", study.labels)
    assert english.points(0.305, 0.2714, 0.334) == "+31 points (27 to 34)"
    assert chinese.points(-0.04, -0.051, -0.029) == "−4个百分点（−6至−2）"
    assert english.point(-0.001) == "0"
    assert english.gap(0.0077, 9.01) == "+0.01"
    assert english.gap(-0.026, 14.97) == "0"
    assert english.date("2026-01-09T10:00:00+00:00") == "9 January 2026"
    assert chinese.date("2026-01-09T10:00:00+00:00") == "2026年1月9日"
    assert english.amount(5.0, "CNY100M/year") == "5 × 100 million yuan per year"
    assert english.share(-0.001).replace("\N{NO-BREAK SPACE}", " ") == "0 %"


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
    hashes = _rows(page, "manifest", 1)
    assert set(hashes) == {
        path.relative_to(LINEAR).as_posix() for path in LINEAR.rglob("*") if path.is_file()
    }


def test_a_text_is_no_list_of_scenarios(study: Study, tmp_path: Path) -> None:
    with pytest.raises(xhsim.InputError, match=r'takes a list of scenarios. write \["programme"\]'):
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
    # Series of the history file and files have no other name.
    strange = {word for word in _strange(page) if len(word) > 1}
    series = {"energy", "gdp", "growth", "industrial", "output", "real"}
    assert strange <= series | {"pandemic", "years"}
    assert len(_rows(page, "attainment")) == 18
    assert file.stat().st_size < 3_000_000
