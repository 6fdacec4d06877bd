/* models/clusters.mdl written by hand: as fast as one processor core is likely to run it.

   Draws are the innermost loop, in blocks that fit the cache, so that the compiler turns each
   expression into vector instructions and calls the vector forms of exp and pow. What it does not
   do: read a model, let the caller choose parameters, outputs, method or times, check anything,
   follow paths, or leave other draws alone if a program error makes a number undefined
   (-ffast-math assumes that all numbers are finite). */

#include <math.h>

enum { BLOCK = 256, CLUSTERS = 4, STEPS = 160, STEPS_A_YEAR = 8, POINTS_1 = 7, POINTS_2 = 6 };

/* Rows of the parameters, in the order in which rivals.py stacks them. */
enum {
    FOUNDING_RATE = 0,
    SUPPORT_STRENGTH = 4,
    CAPITAL_ELASTICITY = 8,
    PROGRESS = 12,
    LEAVING_RATE = 16,
    EXPECTATION_TIME,
    LEARNING_STRENGTH,
    BUILDING_TIME,
    RENT_SENSITIVITY,
    TRAINING_TIME
};

static const double STEP = 0.125, SUPPORT_START = 5.0, SEARCH_TIME = 0.75;
static const double INITIAL_FIRMS[] = {420, 260, 510, 330};
static const double FIRM_LIFE[] = {14, 18, 12, 20};
static const double INITIAL_WORKERS[] = {26000, 15000, 18000, 22000};
static const double JOBS_PER_FIRM[] = {65, 60, 38, 70};
static const double INITIAL_CAPITAL[] = {5200, 4100, 2600, 7400};
static const double INVESTMENT_SHARE[] = {0.2, 0.22, 0.15, 0.18};
static const double SPACE_PER_FIRM[] = {0.9, 1.2, 0.5, 1.1};
static const double PROFIT_X[] = {0, 0.5, 0.8, 1, 1.3, 2, 4};
static const double PROFIT_Y[] = {0.2, 0.55, 0.85, 1, 1.2, 1.5, 1.8};
static const double BUILDING_X[] = {0, 0.6, 0.8, 0.95, 1.1, 1.5};
static const double BUILDING_Y[] = {0, 0.01, 0.025, 0.05, 0.09, 0.14};

/* Straight lines between points, flat beyond them, without a branch. */
static inline double table(double x, const double *xs, const double *ys, int points) {
    double y = ys[0];
    for (int k = 1; k < points; k++) {
        double within = fmin(fmax(x - xs[k - 1], 0.0), xs[k] - xs[k - 1]);
        y += within * ((ys[k] - ys[k - 1]) / (xs[k] - xs[k - 1]));
    }
    return y;
}

typedef double row[BLOCK];

static __thread struct {
    row firms[CLUSTERS], workers[CLUSTERS], capital[CLUSTERS];
    row hired[CLUSTERS][3];    /* people on their way, DELAY3 */
    row expected[CLUSTERS][3]; /* SMOOTH3 */
    row building[3];           /* floors on their way, DELAY3 */
    row learning, floors;
    row output[CLUSTERS];
    row used, total, rent, started;
} block __attribute__((aligned(64)));

static void levels(double time, const double *p, long stride, long first, long count) {
    const double *strength = p + LEARNING_STRENGTH * stride + first;
    const double *rent = p + RENT_SENSITIVITY * stride + first;
    row experience;
#pragma omp simd
    for (long i = 0; i < count; i++) {
        experience[i] = 2600 * pow(block.learning[i], strength[i]);
        block.used[i] = 0;
        block.total[i] = 0;
    }
    for (int c = 0; c < CLUSTERS; c++) {
        const double *progress = p + (PROGRESS + c) * stride + first;
        const double *elasticity = p + (CAPITAL_ELASTICITY + c) * stride + first;
#pragma omp simd
        for (long i = 0; i < count; i++) {
            double capital = pow(block.capital[c][i] * (1 / INITIAL_CAPITAL[c]), elasticity[i]);
            double workers =
                pow(block.workers[c][i] * (1 / INITIAL_WORKERS[c]), 1 - elasticity[i]);
            double output = experience[i] * exp(progress[i] * time) * capital * workers;
            block.output[c][i] = output;
            block.total[i] += output;
            block.used[i] += block.firms[c][i] * SPACE_PER_FIRM[c];
        }
    }
#pragma omp simd
    for (long i = 0; i < count; i++) {
        double occupancy = block.used[i] / block.floors[i];
        block.rent[i] = exp(-fmax(occupancy - 0.9, 0.0) * rent[i]);
        block.started[i] =
            block.floors[i] * table(occupancy, BUILDING_X, BUILDING_Y, POINTS_2);
    }
}

static void start(const double *p, long stride, long first, long count) {
    const double *training = p + TRAINING_TIME * stride + first;
    const double *building = p + BUILDING_TIME * stride + first;
    for (long i = 0; i < count; i++) {
        block.learning[i] = 1;
        block.floors[i] = 1600;
        for (int c = 0; c < CLUSTERS; c++) {
            block.firms[c][i] = INITIAL_FIRMS[c];
            block.workers[c][i] = INITIAL_WORKERS[c];
            block.capital[c][i] = INITIAL_CAPITAL[c];
        }
    }
    levels(0, p, stride, first, count);
    for (int stage = 0; stage < 3; stage++)
        for (long i = 0; i < count; i++) {
            block.building[stage][i] = block.started[i] * building[i] / 3;
            for (int c = 0; c < CLUSTERS; c++) {
                double vacancies =
                    fmax(INITIAL_FIRMS[c] * JOBS_PER_FIRM[c] - INITIAL_WORKERS[c], 0);
                block.hired[c][stage][i] = vacancies / SEARCH_TIME * training[i] / 3;
                block.expected[c][stage][i] = block.output[c][i];
            }
        }
}

static void step(double time, const double *p, long stride, long first, long count) {
    const double *leaving = p + LEAVING_RATE * stride + first;
    const double *expectation = p + EXPECTATION_TIME * stride + first;
    const double *building = p + BUILDING_TIME * stride + first;
    const double *training = p + TRAINING_TIME * stride + first;
    double supported = time + 0.5 * STEP > SUPPORT_START;
    for (int c = 0; c < CLUSTERS; c++) {
        const double *founding = p + (FOUNDING_RATE + c) * stride + first;
        const double *support = p + (SUPPORT_STRENGTH + c) * stride + first;
        double *e0 = block.expected[c][0], *e1 = block.expected[c][1], *e2 = block.expected[c][2];
        double *h0 = block.hired[c][0], *h1 = block.hired[c][1], *h2 = block.hired[c][2];
#pragma omp simd
        for (long i = 0; i < count; i++) {
            double output = block.output[c][i], firms = block.firms[c][i];
            double workers = block.workers[c][i], capital = block.capital[c][i];
            double smooth = STEP * 3 / expectation[i], rate = STEP * 3 / training[i];
            double profit = table(output / e2[i], PROFIT_X, PROFIT_Y, POINTS_1);
            double founded = firms * founding[i] * profit * block.rent[i] *
                             (1 + support[i] * supported);
            double offers = fmax(firms * JOBS_PER_FIRM[c] - workers, 0.0) * (1 / SEARCH_TIME);
            double out0 = h0[i] * rate, out1 = h1[i] * rate, out2 = h2[i] * rate;
            block.firms[c][i] = firms + STEP * (founded - firms * (1 / FIRM_LIFE[c]));
            block.workers[c][i] = workers + out2 - STEP * workers * leaving[i];
            block.capital[c][i] =
                capital + STEP * (e2[i] * INVESTMENT_SHARE[c] - capital * 0.11);
            h2[i] += out1 - out2;
            h1[i] += out0 - out1;
            h0[i] += STEP * offers - out0;
            e2[i] += (e1[i] - e2[i]) * smooth;
            e1[i] += (e0[i] - e1[i]) * smooth;
            e0[i] += (output - e0[i]) * smooth;
        }
    }
#pragma omp simd
    for (long i = 0; i < count; i++) {
        double rate = STEP * 3 / building[i];
        double out0 = block.building[0][i] * rate, out1 = block.building[1][i] * rate;
        double out2 = block.building[2][i] * rate;
        block.learning[i] += STEP * block.total[i] * (1 / 30000.0);
        block.floors[i] += out2 - STEP * block.floors[i] * (1 / 60.0);
        block.building[2][i] += out1 - out2;
        block.building[1][i] += out0 - out1;
        block.building[0][i] += STEP * block.started[i] - out0;
    }
}

/* parameters: (22, draws); total_output, occupancy: (21, draws), one row a year. */
void run(long draws, const double *parameters, double *total_output, double *occupancy) {
    for (long first = 0; first < draws; first += BLOCK) {
        long count = draws - first < BLOCK ? draws - first : BLOCK;
        start(parameters, draws, first, count);
        for (int n = 0; n <= STEPS; n++) {
            levels(n * STEP, parameters, draws, first, count);
            if (n % STEPS_A_YEAR == 0)
                for (long i = 0; i < count; i++) {
                    long place = n / STEPS_A_YEAR * draws + first + i;
                    total_output[place] = block.total[i];
                    occupancy[place] = block.used[i] / block.floors[i];
                }
            if (n < STEPS) step(n * STEP, parameters, draws, first, count);
        }
    }
}
