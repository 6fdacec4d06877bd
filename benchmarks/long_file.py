"""Write a Vensim file of 3.5 MB, such as models of the energy policy of a whole country have.

    python benchmarks/long_file.py FILE.mdl [MEGABYTES]

Thousands of variables over ranges of fuels, vehicles, industries and pollutants, with lookups,
lists of numbers, smooths, long documentation, and drawings at the end. The same size gives the same
file.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

__all__ = ["write_long_file"]

RANGES = {
    "Fuel": 16,
    "Vehicle": 6,
    "Cargo": 2,
    "Industry": 25,
    "Pollutant": 12,
    "Building": 3,
    "Plant": 18,
    "Age": 30,
}
CLEAN = 9  # of the fuels
SENTENCE = """the share of demand that this policy moves in each year relative to business as usual
measured at the point of use and before losses as the survey of households firms and utilities
reports it for all fuels vehicles and plants of the region with interpolation between years"""
MODULE = """
start {n}[Fuel,{r}] =
{table}
	~	unit
	~	{words}
	|

efficiency {n}[{r}] = {numbers}
	~	dmnl
	~	{words}
	|

schedule {n}([(2020,0)-(2050,1)],(2020,0),(2025,{low}),(2030,{middle}),(2040,{high}),(2050,1))
	~	dmnl
	~	{words}
	|

policy {n}[Fuel] = 0
	~	dmnl
	~	{words}
	|

on {n}[Fuel] = policy {n}[Fuel]*schedule {n}(Time)
	~	dmnl
	~	{words}
	|

price {n}[Fuel,{r}] = MAX(0, {price}*(1 + tax {n}[Fuel]*on {n}[Fuel])
		/ efficiency {n}[{r}] - subsidy {n}*IF THEN ELSE(Time > {year}, 1, 0))
	~	money/unit
	~	{words}
	|

tax {n}[Clean Fuel] = {low}
	~~|
tax {n}[Other Fuel] = {high}
	~	dmnl
	~	{words}
	|

subsidy {n} = {low}
	~	money/unit
	~	{words}
	|

use {n}[Fuel,{r}] = stock {n}[Fuel,{r}]*efficiency {n}[{r}]
		*(price {n}[Fuel,{r}]/perceived price {n}[Fuel,{r}])^(-elasticity {n})
	~	unit/year
	~	{words}
	|

elasticity {n} = {middle}
	~	dmnl
	~	{words}
	|

perceived price {n}[Fuel,{r}] = SMOOTHI(price {n}[Fuel,{r}], 2, {price})
	~	money/unit
	~	{words}
	|

stock {n}[Fuel,{r}] = INTEG(new {n}[Fuel,{r}] - old {n}[Fuel,{r}], start {n}[Fuel,{r}])
	~	unit
	~	{words}
	|

new {n}[Fuel,{r}] = demand {n}[{r}]*share {n}[Fuel,{r}]*signal {n}
	~	unit/year
	~	{words}
	|

old {n}[Fuel,{r}] = stock {n}[Fuel,{r}]/life {n}[{r}]
	~	unit/year
	~	{words}
	|

life {n}[{r}] = {life}
	~	year
	~	{words}
	|

share {n}[Fuel,{r}] = attraction {n}[Fuel,{r}]/SUM(attraction {n}[Fuel!,{r}])
	~	dmnl
	~	{words}
	|

attraction {n}[Fuel,{r}] = EXP(-{low}*price {n}[Fuel,{r}]/(VMAX(price {n}[Fuel!,{r}]) + 0.001))
	~	dmnl
	~	{words}
	|

demand {n}[{r}] = SUM(start {n}[Fuel!,{r}])/life {n}[{r}]*(1 + ramp {n}(Time))
	~	unit/year
	~	{words}
	|

ramp {n}((2020,0),(2030,{low}),(2050,{middle}))
	~	dmnl
	~	{words}
	|

emissions {n}[Fuel,Pollutant] = SUM(use {n}[Fuel,{r}!])*factor {n}[Fuel,Pollutant]
	~	ton/year
	~	{words}
	|

factor {n}[Fuel,Pollutant] = factor of all[Fuel,Pollutant]*{middle}
	~	ton/unit
	~	{words}
	|

pollution {n}[Pollutant] = SUM(emissions {n}[Fuel!,Pollutant])
	~	ton/year
	~	{words}
	|

spending {n}[{r}] = SUM(use {n}[Fuel!,{r}]*price {n}[Fuel!,{r}])
	~	money/year
	~	{words}
	|

spending before {n}[{r}] = INITIAL(spending {n}[{r}])
	~	money/year
	~	{words}
	|

saved {n} = SUM(spending before {n}[{r}!]) - SUM(spending {n}[{r}!])
	~	money/year
	~	{words}
	|

signal {n} = 1 + 0.1*(SUM(use {before}[Fuel!,{other}!])/SUM(start {before}[Fuel!,{other}!]) - 1)
	~	dmnl
	~	{words}
	|
"""
NAMES = [text.split(" {n}")[0].strip() for text in MODULE.split("\n\n")]
MODULES = 245  # of a file of 3.5 MB


def names_of(range_: str) -> list[str]:
    """Return the elements of a range."""
    return [f"{range_.lower()} {number}" for number in range(1, RANGES[range_] + 1)]


def module(number: int, modules: int, chosen: random.Random) -> str:
    """Write the equations of a module."""
    ranges = [name for name in RANGES if name not in ("Fuel", "Pollutant")]
    one, other = (ranges[n % len(ranges)] for n in (number, (number or modules) - 1))
    rows = (
        ",".join(f"{chosen.uniform(1, 1000):.6g}" for _ in names_of(one)) + ";"
        for _ in names_of("Fuel")
    )
    words = SENTENCE.split()
    pieces = MODULE.split("{words}")
    text = "".join(
        piece + " ".join(chosen.choices(words, k=chosen.randint(15, 75))) for piece in pieces[:-1]
    )
    return (text + pieces[-1]).format(
        n=f"in sector {number}",
        before=f"in sector {(number or modules) - 1}",
        r=one,
        other=other,
        table="\n".join(rows),
        numbers=",".join(f"{chosen.uniform(0.5, 2):.4g}" for _ in names_of(one)),
        low=round(chosen.uniform(0.1, 0.3), 3),
        middle=round(chosen.uniform(0.3, 0.6), 3),
        high=round(chosen.uniform(0.6, 0.9), 3),
        price=round(chosen.uniform(1, 40), 2),
        life=round(chosen.uniform(5, 40), 1),
        year=chosen.randint(2022, 2048),
    )


def drawing(number: int) -> str:
    """Write the drawing of a module."""
    lines = [
        "\\\\\\---/// Sketch information - do not modify anything except names",
        "V300  Do not put anything below this section - it will be ignored",
        f"*Sector {number}",
        "$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|72,72,100,0",
    ]
    for place, name in enumerate(NAMES):
        x, y = 100 + place % 6 * 160, 80 + place // 6 * 90
        lines.append(f"10,{place + 1},{name} in sector {number},{x},{y},60,20,8,3,0,0,0,0,0,0")
    lines += [
        f"1,{len(NAMES) + place},{place + 1},{place + 2},1,0,0,0,0,128,0,-1--1--1,,1|({x},{x})|"
        for place, x in enumerate(range(100, 100 + len(NAMES)))
    ]
    return "\n".join(lines) + "\n"


def write_long_file(path: Path, size: float = 3.5e6) -> None:
    """Write the model with so many modules that the file has about `size` bytes."""
    modules = max(2, round(size / 3.5e6 * MODULES))
    chosen = random.Random(1)
    fuels = names_of("Fuel")
    pieces = ["{UTF-8}\n"]
    pieces += [f"{name}: {', '.join(names_of(name))} ~~|\n" for name in RANGES]
    pieces += [
        f"Clean Fuel: {', '.join(fuels[:CLEAN])} ~~|\n",
        f"Other Fuel: {', '.join(fuels[CLEAN:])} ~~|\n",
        "factor of all[Fuel,Pollutant] =\n",
        *(
            ",".join(f"{chosen.uniform(0.1, 9):.4g}" for _ in names_of("Pollutant")) + ";\n"
            for _ in fuels
        ),
        "\t~\tton/unit\n\t~\t|\n",
    ]
    pieces += [module(number, modules, chosen) for number in range(modules)]
    pieces += [
        f"{name} = {value} ~~|\n"
        for name, value in {
            "INITIAL TIME": 2020,
            "FINAL TIME": 2050,
            "TIME STEP": 1,
            "SAVEPER": 1,
        }.items()
    ]
    pieces += [drawing(number) for number in range(modules)]
    path.write_text("".join(pieces), encoding="utf-8")


if __name__ == "__main__":
    write_long_file(Path(sys.argv[1]), 1e6 * float(sys.argv[2] if len(sys.argv) > 2 else 3.5))
