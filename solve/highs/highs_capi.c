#include "highs_capi.h"
#include <stdlib.h>
#include <time.h>
#include "_cgo_export.h"

enum { CB_SIMPLEX = 1, CB_IPM = 2, CB_IMPROVE = 4, CB_INTERRUPT = 6 };

rsm_run_t *rsm_new_run(uintptr_t handle, HInt ncol) {
  rsm_run_t *r = calloc(1, sizeof *r);
  if (r) { r->handle = handle; r->ncol = ncol; }
  return r;
}
void rsm_stop(rsm_run_t *r) { __atomic_store_n(&r->stop, 1, __ATOMIC_RELAXED); }

/* HiGHS keeps user_interrupt as the first int of its callback input, and
 * names every output field: no struct layout is assumed here (the output
 * struct's layout changed in 1.16). */
static double dbl(const void *out, const char *name) {
  const double *p = Highs_getCallbackDataOutItem(out, name);
  return p ? *p : 0.0;
}
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
/* MIP logging callbacks (5) never fire with output_flag=false, so progress is
 * sampled from the interrupt callback, at most ten times a second. */
static void progress(rsm_run_t *r, const void *out) {
  double t = now();
  if (!r->handle || t - r->last < 0.1) return;
  r->last = t;
  const int64_t *n = Highs_getCallbackDataOutItem(out, "mip_node_count");
  rsmHighsProgress(r->handle, dbl(out, "running_time"), dbl(out, "mip_primal_bound"),
                   dbl(out, "mip_dual_bound"), n ? *n : 0);
}
static void trampoline(int type, const char *msg, const void *out, void *in, void *ud) {
  (void)msg;
  rsm_run_t *r = ud;
  switch (type) {
  case CB_INTERRUPT:
    progress(r, out); /* fall through */
  case CB_SIMPLEX: case CB_IPM:
    if (in && __atomic_load_n(&r->stop, __ATOMIC_RELAXED)) *(int *)in = 1;
    break;
  case CB_IMPROVE:
    if (r->handle)
      rsmHighsIncumbent(r->handle, dbl(out, "objective_function_value"),
                        dbl(out, "mip_dual_bound"),
                        (double *)Highs_getCallbackDataOutItem(out, "mip_solution"), r->ncol);
    break;
  }
}
HInt rsm_attach(void *h, rsm_run_t *r) {
  HInt s = Highs_setCallback(h, trampoline, r);
  static const int kinds[] = {CB_SIMPLEX, CB_IPM, CB_IMPROVE, CB_INTERRUPT};
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds && s >= 0; i++) {
    HInt t = Highs_startCallback(h, kinds[i]);
    if (t < s) s = t;
  }
  return s;
}
void rsm_detach(void *h) { Highs_setCallback(h, 0, 0); }

/* The HiGHS scheduler belongs to the OS thread and keeps the number of threads
 * it was made with; a run with another number fails. Goroutines share OS
 * threads, so drop the scheduler where the number differs. */
static __thread HInt sched_threads;
HInt rsm_run(void *h, HInt threads) {
  if (sched_threads != 0 && sched_threads != threads) Highs_resetGlobalScheduler(1);
  sched_threads = threads;
  HInt s = Highs_run(h);
  if (threads != 1) { Highs_resetGlobalScheduler(1); sched_threads = 0; }
  return s;
}
