/* The C side: the callback that HiGHS calls, and the calls that solve. */
#include "capi.h"
#include <stdlib.h>
#include <time.h>
#include "_cgo_export.h"

/* kHighsCallback... of highs_c_api.h */
enum { SIMPLEX_INTERRUPT = 1, IPM_INTERRUPT = 2, MIP_IMPROVING_SOLUTION = 4, MIP_INTERRUPT = 6 };

enum { PROGRESS_PERIOD = 100 * 1000 * 1000 }; /* ns */

rsm_highs_run_state *rsm_highs_new_run(uintptr_t observer, HInt columns) {
  rsm_highs_run_state *r = calloc(1, sizeof *r);
  if (r) {
    r->observer = observer;
    r->columns = columns;
  }
  return r;
}

void rsm_highs_stop(rsm_highs_run_state *r) { __atomic_store_n(&r->stop, 1, __ATOMIC_RELAXED); }

/* Output fields are read by name, for the layout of the struct changed in
 * 1.16. Of the input struct only the first int, user_interrupt, is used; HiGHS
 * promises to keep it there. */
static double number(const void *out, const char *name) {
  const double *p = Highs_getCallbackDataOutItem(out, name);
  return p ? *p : 0.0;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Progress is sampled here, for the MIP logging callback never fires with
 * output_flag off. With several threads one caller wins each period. */
static void progress(rsm_highs_run_state *r, const void *out) {
  if (!r->observer) return;
  int64_t t = now(), due = __atomic_load_n(&r->next_progress, __ATOMIC_RELAXED);
  if (t < due) return;
  if (!__atomic_compare_exchange_n(&r->next_progress, &due, t + PROGRESS_PERIOD, 0,
                                   __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    return;
  const int64_t *nodes = Highs_getCallbackDataOutItem(out, "mip_node_count");
  rsmHighsProgress(r->observer, number(out, "running_time"), number(out, "mip_primal_bound"),
                   number(out, "mip_dual_bound"), nodes ? *nodes : 0);
}

static void on_callback(int type, const char *message, const void *out, void *in, void *data) {
  (void)message;
  rsm_highs_run_state *r = data;
  switch (type) {
  case MIP_IMPROVING_SOLUTION:
    if (r->observer)
      rsmHighsIncumbent(r->observer, number(out, "objective_function_value"),
                        number(out, "mip_dual_bound"),
                        (double *)Highs_getCallbackDataOutItem(out, "mip_solution"), r->columns);
    break;
  case MIP_INTERRUPT:
    progress(r, out);
    /* fall through */
  case SIMPLEX_INTERRUPT:
  case IPM_INTERRUPT:
    if (in && __atomic_load_n(&r->stop, __ATOMIC_RELAXED)) *(int *)in = 1;
    break;
  }
}

HInt rsm_highs_attach(void *h, rsm_highs_run_state *r) {
  static const int types[] = {SIMPLEX_INTERRUPT, IPM_INTERRUPT, MIP_IMPROVING_SOLUTION,
                              MIP_INTERRUPT};
  HInt status = Highs_setCallback(h, on_callback, r);
  for (unsigned i = 0; i < sizeof types / sizeof *types && status >= 0; i++) {
    HInt s = Highs_startCallback(h, types[i]);
    if (s < status) status = s;
  }
  return status;
}

void rsm_highs_detach(void *h) { Highs_setCallback(h, 0, 0); }

/* The scheduler of HiGHS belongs to the OS thread and keeps the number of
 * threads that it was made with: a run that asks for another number fails.
 * Goroutines share OS threads, so the scheduler is dropped where the number
 * differs, and after every run with workers, whose threads would stay. */
static __thread HInt scheduler_threads;

static void before(HInt threads) {
  if (scheduler_threads != 0 && scheduler_threads != threads) Highs_resetGlobalScheduler(1);
  scheduler_threads = threads;
}

static void after(HInt threads) {
  if (threads == 1) return;
  Highs_resetGlobalScheduler(1);
  scheduler_threads = 0;
}

HInt rsm_highs_run(void *h, HInt threads) {
  before(threads);
  Highs_zeroAllClocks(h); /* else the time limit counts earlier runs too */
  HInt status = Highs_run(h);
  after(threads);
  return status;
}

HInt rsm_highs_dual_ray(void *h, HInt threads, HInt *has, double *ray) {
  before(threads);
  HInt status = Highs_getDualRay(h, has, ray);
  after(threads);
  return status;
}

HInt rsm_highs_primal_ray(void *h, HInt threads, HInt *has, double *ray) {
  before(threads);
  HInt status = Highs_getPrimalRay(h, has, ray);
  after(threads);
  return status;
}
