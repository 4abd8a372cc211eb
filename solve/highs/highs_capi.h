/* Prototypes of the HiGHS C API calls this package uses. Declared here so the
 * package needs no HiGHS header; every one is present, with this signature, in
 * HiGHS 1.13 .. 1.16 (HighsInt is 32-bit: checked at run time). */
#ifndef RSM_HIGHS_CAPI_H
#define RSM_HIGHS_CAPI_H
#include <stdint.h>
typedef int HInt;
typedef void (*rsm_cb)(int type, const char *msg, const void *out, void *in, void *ud);

const char *Highs_version(void);
void *Highs_create(void);
void Highs_destroy(void *h);
HInt Highs_run(void *h);
HInt Highs_clearSolver(void *h);
HInt Highs_getSizeofHighsInt(const void *h);
double Highs_getInfinity(const void *h);
HInt Highs_passMip(void *h, HInt num_col, HInt num_row, HInt num_nz, HInt a_format,
                   HInt sense, double offset, const double *col_cost,
                   const double *col_lower, const double *col_upper,
                   const double *row_lower, const double *row_upper,
                   const HInt *a_start, const HInt *a_index,
                   const double *a_value, const HInt *integrality);
HInt Highs_setBoolOptionValue(void *h, const char *opt, HInt v);
HInt Highs_setIntOptionValue(void *h, const char *opt, HInt v);
HInt Highs_setDoubleOptionValue(void *h, const char *opt, double v);
HInt Highs_setStringOptionValue(void *h, const char *opt, const char *v);
HInt Highs_getOptionType(const void *h, const char *opt, HInt *type);
HInt Highs_readModel(void *h, const char *file);
HInt Highs_writeModel(void *h, const char *file);
HInt Highs_passColName(const void *h, HInt col, const char *name);
HInt Highs_passRowName(const void *h, HInt row, const char *name);
HInt Highs_getIntInfoValue(const void *h, const char *info, HInt *v);
HInt Highs_getInt64InfoValue(const void *h, const char *info, int64_t *v);
HInt Highs_getDoubleInfoValue(const void *h, const char *info, double *v);
HInt Highs_getModelStatus(const void *h);
HInt Highs_getNumCol(const void *h);
HInt Highs_getNumRow(const void *h);
HInt Highs_getSolution(const void *h, double *cv, double *cd, double *rv, double *rd);
HInt Highs_setSolution(void *h, const double *cv, const double *rv, const double *cd, const double *rd);
HInt Highs_getBasis(const void *h, HInt *cs, HInt *rs);
HInt Highs_setBasis(void *h, const HInt *cs, const HInt *rs);
HInt Highs_getDualRay(const void *h, HInt *has, double *ray);
HInt Highs_getPrimalRay(const void *h, HInt *has, double *ray);
HInt Highs_changeObjectiveSense(void *h, HInt sense);
HInt Highs_changeColsCostByRange(void *h, HInt from, HInt to, const double *cost);
HInt Highs_changeColBounds(void *h, HInt col, double lo, double up);
HInt Highs_changeColsBoundsByRange(void *h, HInt from, HInt to, const double *lo, const double *up);
HInt Highs_changeRowBounds(void *h, HInt row, double lo, double up);
HInt Highs_changeRowsBoundsBySet(void *h, HInt n, const HInt *set, const double *lo, const double *up);
HInt Highs_changeCoeff(void *h, HInt row, HInt col, double v);
HInt Highs_deleteRowsByRange(void *h, HInt from, HInt to);
HInt Highs_changeColIntegrality(void *h, HInt col, HInt kind);
HInt Highs_changeColsIntegralityByRange(void *h, HInt from, HInt to, const HInt *kind);
HInt Highs_addRows(void *h, HInt n, const double *lo, const double *up, HInt nnz,
                   const HInt *start, const HInt *index, const double *value);
HInt Highs_setCallback(void *h, rsm_cb cb, void *ud);
HInt Highs_startCallback(void *h, HInt type);
HInt Highs_stopCallback(void *h, HInt type);
const void *Highs_getCallbackDataOutItem(const void *out, const char *name);
void Highs_resetGlobalScheduler(HInt blocking);

/* Per-run state shared with the callback; C memory, so Go may write stop
 * while the solver runs. */
typedef struct {
  int stop;          /* atomic; nonzero asks HiGHS to return */
  uintptr_t handle;  /* runtime/cgo.Handle of the Go observer, 0 = none */
  HInt ncol;
  double last;       /* time of the last progress call */
} rsm_run_t;
rsm_run_t *rsm_new_run(uintptr_t handle, HInt ncol);
void rsm_stop(rsm_run_t *r);
HInt rsm_attach(void *h, rsm_run_t *r);
void rsm_detach(void *h);
HInt rsm_run(void *h, HInt threads);
#endif
