"""models/clusters.mdl written by hand for Numba: one draw after the other, in plain loops.

Without Intel's vector maths library Numba calls exp and the powers one number at a time, which is
most of what keeps it behind kernel.c.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

STEP, STEPS, STEPS_A_YEAR = 0.125, 160, 8
FIRMS = np.array([420.0, 260.0, 510.0, 330.0])
LIFE = np.array([14.0, 18.0, 12.0, 20.0])
WORKERS = np.array([26000.0, 15000.0, 18000.0, 22000.0])
JOBS = np.array([65.0, 60.0, 38.0, 70.0])
CAPITAL = np.array([5200.0, 4100.0, 2600.0, 7400.0])
INVESTED = np.array([0.2, 0.22, 0.15, 0.18])
SPACE = np.array([0.9, 1.2, 0.5, 1.1])
PROFIT_X = np.array([0, 0.5, 0.8, 1, 1.3, 2, 4])
PROFIT_Y = np.array([0.2, 0.55, 0.85, 1, 1.2, 1.5, 1.8])
BUILDING_X = np.array([0, 0.6, 0.8, 0.95, 1.1, 1.5])
BUILDING_Y = np.array([0, 0.01, 0.025, 0.05, 0.09, 0.14])


@njit(nogil=True)
def table(x, xs, ys):
    if x <= xs[0]:
        return ys[0]
    for k in range(1, xs.size):
        if x < xs[k]:
            return ys[k - 1] + (x - xs[k - 1]) * (ys[k] - ys[k - 1]) / (xs[k] - xs[k - 1])
    return ys[-1]


@njit(nogil=True, fastmath=True)
def levels(time, p, d, firms, workers, capital, learning, output):
    experience = 2600 * learning ** p[18, d]
    total = used = 0.0
    for c in range(4):
        elasticity = p[8 + c, d]
        output[c] = (
            experience
            * math.exp(p[12 + c, d] * time)
            * (capital[c] / CAPITAL[c]) ** elasticity
            * (workers[c] / WORKERS[c]) ** (1 - elasticity)
        )
        total += output[c]
        used += firms[c] * SPACE[c]
    return total, used


@njit(nogil=True, fastmath=True)
def run(p, total_output, occupancy):
    output = np.empty(4)
    for d in range(p.shape[1]):
        firms, workers, capital = FIRMS.copy(), WORKERS.copy(), CAPITAL.copy()
        learning, floors = 1.0, 1600.0
        total, used = levels(0.0, p, d, firms, workers, capital, learning, output)
        expected, hired, building = np.empty((4, 3)), np.empty((4, 3)), np.empty(3)
        for stage in range(3):
            building[stage] = floors * table(used / floors, BUILDING_X, BUILDING_Y) * p[19, d] / 3
            for c in range(4):
                expected[c, stage] = output[c]
                vacancies = max(firms[c] * JOBS[c] - workers[c], 0)
                hired[c, stage] = vacancies / 0.75 * p[21, d] / 3
        for n in range(STEPS + 1):
            time = n * STEP
            total, used = levels(time, p, d, firms, workers, capital, learning, output)
            if n % STEPS_A_YEAR == 0:
                total_output[n // STEPS_A_YEAR, d] = total
                occupancy[n // STEPS_A_YEAR, d] = used / floors
            rent = math.exp(-max(used / floors - 0.9, 0.0) * p[20, d])
            supported = 1.0 if time + 0.5 * STEP > 5 else 0.0
            smooth, rate = STEP * 3 / p[17, d], STEP * 3 / p[21, d]
            for c in range(4):
                e, h = expected[c], hired[c]
                profit = table(output[c] / e[2], PROFIT_X, PROFIT_Y)
                founded = firms[c] * p[c, d] * profit * rent * (1 + p[4 + c, d] * supported)
                offers = max(firms[c] * JOBS[c] - workers[c], 0.0) / 0.75
                out0, out1, out2 = h[0] * rate, h[1] * rate, h[2] * rate
                firms[c] += STEP * (founded - firms[c] / LIFE[c])
                workers[c] += out2 - STEP * workers[c] * p[16, d]
                capital[c] += STEP * (e[2] * INVESTED[c] - capital[c] * 0.11)
                h[2] += out1 - out2
                h[1] += out0 - out1
                h[0] += STEP * offers - out0
                e[2] += (e[1] - e[2]) * smooth
                e[1] += (e[0] - e[1]) * smooth
                e[0] += (output[c] - e[0]) * smooth
            rate = STEP * 3 / p[19, d]
            started = floors * table(used / floors, BUILDING_X, BUILDING_Y)
            out0, out1, out2 = building[0] * rate, building[1] * rate, building[2] * rate
            learning += STEP * total / 30000
            floors += out2 - STEP * floors / 60
            building[2] += out1 - out2
            building[1] += out0 - out1
            building[0] += STEP * started - out0
