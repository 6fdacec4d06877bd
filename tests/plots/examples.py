"""Made-up but realistic results for the tests of pictures: 18 indicators, ten scenarios.

Histories and targets are of the size of the Xuhui plan's; the probabilities are invented.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from xhsim.study.files.mistakes import Place
from xhsim.study.measures import MEASURES
from xhsim.study.names import parse_reference
from xhsim.study.targets import Target
from xhsim.wording.label import Label

SCENARIOS = (
    "baseline",
    "plan",
    "rd-push",
    "building-renewal",
    "talent-first",
    "hq-and-opening",
    "listing-scheme",
    "budget-cut",
    "rival-office-supply",
    "pandemic-years",
)
YEARS = np.arange(2015, 2026)


# id | English | Chinese | variable | measure | direction | value | unit | group | 2015 | 2020 |
# unit of the variable | its growth from 2020 on, % a year
_LINES = """
modern_services_growth|Modern-services revenue growth|现代服务业营业收入年均增速|modern services revenue|average_growth|>=|8|%/year|services and trade|1779|3136|CNY100M|8.3
scale_services_growth|Above-scale services revenue growth|规模以上服务业营业收入|above scale services|average_growth|>=|5|%/year|services and trade|1900|2600|CNY100M|6.4
commodity_sales|Commodity sales|商品销售总额|commodity sales|level|>|10000|CNY100M|services and trade|4257|7435|CNY100M|6.0
retail_sales|Retail sales of consumer goods|社会消费品零售总额|retail sales|level|>|1500|CNY100M|services and trade|916|1072|CNY100M|4.4
industrial_output|Above-scale industrial output|规模以上工业总产值|industrial output|level|>=|500|CNY100M|industry|560|663|CNY100M|-1.5
industrial_va_share|Industrial value added in GDP|工业增加值占全区生产总值比重|industrial share|level|>=|5|percent|industry|8.2|6.1|percent|-3.4
rd_intensity|R&D expenditure in GDP|全社会研发经费支出占地区生产总值比重|rd intensity|level|>=|9|percent|innovation|6.3|8.4|percent|1.6
ai_growth|AI and related output growth|人工智能及相关产业总产出年均增速|cluster output[AI]|average_growth|>=|15|%/year|clusters|230|453|CNY100M|13.4
life_health_growth|Life-health output growth|生命健康产业总产出年均增速|cluster output[Life health]|average_growth|>=|10|%/year|clusters|420|708|CNY100M|10.3
culture_growth|Cultural-creative output growth|文化创意产业总产出年均增速|cluster output[Culture]|average_growth|>=|11|%/year|clusters|560|890|CNY100M|9.1
finance_growth|Modern-finance output growth|现代金融产业总产出年均增速|cluster output[Finance]|average_growth|>=|10|%/year|clusters|390|621|CNY100M|10.8
pct_filings|PCT patent filings by firms|企业PCT专利申请量|pct filings|level|>=|450|filings/year|innovation|130|330|filings/year|7.0
high_tech_firms|High-tech enterprises|高新技术企业数量|high tech firms|level|>=|1000|firms|innovation|410|785|firms|5.6
new_foreign_hq|New foreign-invested headquarters|新增外资总部机构|foreign hq|cumulative_increase|>=|30|headquarters|headquarters and listing|61|90|headquarters|5.4
new_listed_firms|New listed firms|新增上市挂牌企业|listed firms|cumulative_increase|>=|30|firms|headquarters and listing|12|30|firms|12.5
building_localisation|Key-building local registration rate|重点楼宇属地率|local registration|level|>=|60|percent|buildings|35|43|percent|5.8
hundred_million_buildings|Buildings paying 100M CNY tax or more|亿元楼宇数量|hundred million buildings|level|>=|60|buildings|buildings|31|43|buildings|6.1
energy_intensity_cut|Cut in energy use per unit of value added|单位增加值综合能耗下降率|energy intensity|cumulative_change|<=|-13.5|%|energy|0.132|0.1|tce/CNY10k|-3.3
"""  # noqa: E501
RECORDS = [line.split("|") for line in _LINES.strip().splitlines()]


def targets() -> list[Target]:
    """Give the 18 indicators in the plan's order."""
    return [
        Target(
            id=record[0],
            rank=rank,
            label=Label(record[1], record[2]),
            variable=parse_reference(record[3]),
            measure=MEASURES[record[4]],
            direction=record[5],
            value=float(record[6]),
            unit=record[7],
            base_year=2020,
            deadline=2025,
            group=record[8],
            base_value=None,
            base_source=None,
            place=f"indicator table {rank}",
            note=None,
            where=Place("targets.yaml", rank),
        )
        for rank, record in enumerate(RECORDS, 1)
    ]


def ensemble(draws: int = 400, scenario: str = "plan", seed: int = 0) -> xr.Dataset:
    """Make trajectories that start together and spread from 2021 on."""
    rng = np.random.default_rng(seed)
    data: dict[str, xr.DataArray] = {}
    clusters: dict[str, np.ndarray] = {}
    for record in RECORDS:
        start, base, growth = float(record[9]), float(record[10]), float(record[12])
        past = start * (base / start) ** ((YEARS - 2015) / 5)
        shocks = rng.normal(growth, 1.1 + abs(growth) * 0.16, draws)[:, None]
        noise = rng.normal(0, 0.012, (draws, len(YEARS))).cumsum(axis=1)
        ahead = np.clip(YEARS - 2020, 0, None)
        paths = past * np.where(YEARS > 2020, (base / past) * (1 + shocks / 100) ** ahead, 1)
        paths = paths * np.where(YEARS > 2020, np.exp(noise - noise[:, [5]]), 1)
        name, _, rest = record[3].partition("[")
        if rest:
            clusters[rest.rstrip("]")] = paths
            continue
        english = record[3].replace("rd ", "R&D ").replace("pct ", "PCT ")
        attrs = {"units": record[11], "label_en": english, "label_zh": record[2]}
        data[name.replace(" ", "_")] = xr.DataArray(paths, dims=("draw", "time"), attrs=attrs)
    data["cluster_output"] = xr.DataArray(
        np.stack(list(clusters.values()), axis=-1),
        dims=("draw", "time", "cluster"),
        coords={"cluster": list(clusters)},
        attrs={"units": "CNY100M", "long_name": "cluster output", "label_zh": "集群总产出"},
    )
    about: dict[str, str | int] = {"scenario": scenario, "draws": draws, "seed": seed, "failed": 0}
    return xr.Dataset(data, coords={"draw": np.arange(draws), "time": YEARS}, attrs=about)


def history() -> pd.DataFrame:
    """Give observations of 2015 to 2021 for every indicator, one with two vintages."""
    rng = np.random.default_rng(7)
    rows = []
    for record in RECORDS:
        start, base = float(record[9]), float(record[10])
        for year in range(2015, 2022):
            value = start * (base / start) ** ((year - 2015) / 5)
            wobble = 1 if year in (2015, 2020) else 1 + rng.normal(0, 0.015)
            rows.append({"year": str(year), "value": value * wobble, "variable": record[3]})
        rows.append({"year": "2016-2020", "value": 6.0, "variable": record[3]})
    rows.append({"year": "2019", "value": 7600.0, "variable": "commodity sales"})
    return pd.DataFrame(rows)


def attainment(scenario: str = "plan", draws: int = 1000) -> pd.DataFrame:
    """Make the attainment table of a scenario, with Wilson intervals."""
    rng = np.random.default_rng(3)
    lift = {"plan": 0.9, "budget-cut": -1.2, "pandemic-years": -2.0, "rd-push": 1.1}.get(
        scenario, 0.2
    )
    logits = rng.normal(0, 2.2, 18) + lift * rng.uniform(0, 1.2, 18)
    logits[4], logits[3] = 12, -12
    probability = np.round(draws / (1 + np.exp(-logits))) / draws
    z2 = 1.96**2
    centre = (probability + z2 / (2 * draws)) / (1 + z2 / draws)
    spread = probability * (1 - probability) / draws + z2 / (4 * draws**2)
    half = 1.96 / (1 + z2 / draws) * np.sqrt(spread)
    bounds = [0, 0.01, 0.1, 0.33, 0.66, 0.9, 0.99, 1.01]
    words = [
        "exceptionally unlikely", "very unlikely", "unlikely", "about as likely as not",
        "likely", "very likely", "virtually certain",
    ]  # fmt: skip
    rows = [
        {
            **t.label.columns(), "rank": t.rank, "group": t.group,
            "probability": p, "ci_low": low, "ci_high": high, "target": t.value,
            "direction": t.direction, "unit": t.unit, "measure": t.measure.name, "draws": draws,
            "word": words[int(np.searchsorted(bounds, p, side="right")) - 1], "failed": 0,
        }
        for t, p, low, high in zip(
            targets(), probability, np.maximum(centre - half, 0), centre + half, strict=True
        )
    ]  # fmt: skip
    table = pd.DataFrame(rows, index=pd.Index([t.id for t in targets()], name="target_id"))
    table.attrs.update(scenario=scenario, draws=draws, seed=0)
    return table


def comparison(scenarios: tuple[str, ...] = SCENARIOS, joint: bool = True) -> pd.DataFrame:
    """Put the tables of several scenarios on top of each other."""
    tables = {}
    for name in scenarios:
        table = attainment(name)
        if joint:
            names = ["joint", *dict.fromkeys(f"joint:{group}" for group in table["group"])]
            counts = [18, *table["group"].value_counts(sort=False).tolist()]
            chances = table.groupby("group", sort=False)["probability"].sum()
            expected = [table["probability"].sum(), *chances]
            together = pd.DataFrame(
                {"label": "together", "targets": counts, "expected": expected,
                 "probability": 0.0, "ci_low": 0.0,
                 "ci_high": 0.0038, "draws": 1000, "failed": 0},
                index=pd.Index(names),
            )  # fmt: skip
            table = pd.concat([table, together])
        tables[name] = table
    whole = pd.concat(tables, names=["scenario", "target"])
    whole.attrs["seed"] = 0
    return whole


def zones(scenario: str = "plan", factor: float | np.ndarray = 1.0) -> xr.Dataset:
    """Make output and occupancy of six zones on a map, times a factor (or one for each)."""
    rng = np.random.default_rng(11)
    places = {"Hill": (1, 1), "Old town": (2, 1), "University": (3, 1), "Market": (2, 2)}
    places |= {"Harbour and islands": (3, 2), "Airport": (2, 3)}
    size = np.linspace(120, 640, len(places))
    growth = rng.normal(0.06, 0.02, (50, 1, len(places)))
    ahead = np.clip(YEARS - 2020, 0, None)[:, np.newaxis]
    output = factor * size * (1 + growth) ** ahead
    occupancy = factor * (70 + 100 * np.repeat(growth, len(YEARS), axis=1))
    dims = ("draw", "time", "zone")
    attrs = {"units": "CNY100M/year", "label_en": "output by zone", "label_zh": "各片区产出"}
    share = {"units": "percent", "label_en": "occupancy", "label_zh": "入驻率"}
    made = xr.Dataset(
        {"output": (dims, output, attrs), "occupancy": (dims, occupancy, share)},
        coords={"draw": np.arange(50), "time": YEARS, "zone": list(places)},
        attrs={"scenario": scenario, "draws": 50, "seed": 0},
    )
    columns, rows = zip(*places.values(), strict=True)
    made["zone"].attrs = {
        "tile_columns": list(columns),
        "tile_rows": list(rows),
        "labels_en": list(places),
        "labels_zh": ["山区", "老城", "大学城", "集市", "港口及岛屿片区", "机场"],
    }
    return made
