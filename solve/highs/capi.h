/* The part of the HiGHS C API that this package calls, and its own C side.
 *
 * The prototypes are repeated here, so that the package needs no header of
 * HiGHS: the default build has none that it could include. Each is the same in
 * HiGHS 1.13 to 1.16; a test compiles them against the header of the library in
 * use. HighsInt has 32 bits, which New checks at run time. */
#ifndef RSM_HIGHS_CAPI_H
#define RSM_HIGHS_CAPI_H
#include <stdint.h>

typedef int HInt; /* HighsInt */
typedef void (*highs_callback)(int type, const char *message, const void *out, void *in, void *data);

/* instances */
const char *Highs_version(void);
void *Highs_create(void);
void Highs_destroy(void *h);
HInt Highs_getSizeofHighsInt(const void *h);
HInt Highs_run(void *h);
HInt Highs_zeroAllClocks(const void *h);
HInt Highs_clearSolver(void *h);
void Highs_resetGlobalScheduler(HInt blocking);

/* options and info values */
HInt Highs_getNumOptions(const void *h);
HInt Highs_getOptionName(const void *h, HInt index, char **name);
HInt Highs_getOptionType(const void *h, const char *option, HInt *type);
HInt Highs_setBoolOptionValue(void *h, const char *option, HInt value);
HInt Highs_setIntOptionValue(void *h, const char *option, HInt value);
HInt Highs_setDoubleOptionValue(void *h, const char *option, double value);
HInt Highs_setStringOptionValue(void *h, const char *option, const char *value);
HInt Highs_getBoolOptionValues(const void *h, const char *option, HInt *current, HInt *standard);
HInt Highs_getIntOptionValues(const void *h, const char *option, HInt *current, HInt *min,
                              HInt *max, HInt *standard);
HInt Highs_getDoubleOptionValues(const void *h, const char *option, double *current, double *min,
                                 double *max, double *standard);
HInt Highs_getStringOptionValues(const void *h, const char *option, char *current, char *standard);
HInt Highs_getInfoType(const void *h, const char *info, HInt *type);
HInt Highs_getIntInfoValue(const void *h, const char *info, HInt *value);
HInt Highs_getInt64InfoValue(const void *h, const char *info, int64_t *value);
HInt Highs_getDoubleInfoValue(const void *h, const char *info, double *value);

/* models */
HInt Highs_passMip(void *h, HInt num_col, HInt num_row, HInt num_nz, HInt a_format, HInt sense,
                   double offset, const double *col_cost, const double *col_lower,
                   const double *col_upper, const double *row_lower, const double *row_upper,
                   const HInt *a_start, const HInt *a_index, const double *a_value,
                   const HInt *integrality);
HInt Highs_passColName(const void *h, HInt col, const char *name);
HInt Highs_passRowName(const void *h, HInt row, const char *name);
HInt Highs_readModel(void *h, const char *filename);
HInt Highs_writeModel(void *h, const char *filename);
HInt Highs_getNumCol(const void *h);
HInt Highs_getNumRow(const void *h);
HInt Highs_getNumNz(const void *h);
HInt Highs_getObjectiveSense(const void *h, HInt *sense);
HInt Highs_getColsByRange(const void *h, HInt from, HInt to, HInt *num_col, double *costs,
                          double *lower, double *upper, HInt *num_nz, HInt *start, HInt *index,
                          double *value);
HInt Highs_changeObjectiveSense(void *h, HInt sense);
HInt Highs_changeObjectiveOffset(void *h, double offset);
HInt Highs_changeColCost(void *h, HInt col, double cost);
HInt Highs_changeColsCostByRange(void *h, HInt from, HInt to, const double *cost);
HInt Highs_changeColBounds(void *h, HInt col, double lower, double upper);
HInt Highs_changeColsBoundsByRange(void *h, HInt from, HInt to, const double *lower,
                                   const double *upper);
HInt Highs_changeRowBounds(void *h, HInt row, double lower, double upper);
HInt Highs_changeRowsBoundsByRange(void *h, HInt from, HInt to, const double *lower,
                                   const double *upper);
HInt Highs_changeColIntegrality(void *h, HInt col, HInt kind);
HInt Highs_changeColsIntegralityByRange(void *h, HInt from, HInt to, const HInt *kind);
HInt Highs_changeCoeff(void *h, HInt row, HInt col, double value);
HInt Highs_addRows(void *h, HInt n, const double *lower, const double *upper, HInt num_nz,
                   const HInt *start, const HInt *index, const double *value);
HInt Highs_deleteRowsByRange(void *h, HInt from, HInt to);

/* starts and solutions */
HInt Highs_setSolution(void *h, const double *col_value, const double *row_value,
                       const double *col_dual, const double *row_dual);
HInt Highs_getModelStatus(const void *h);
HInt Highs_getSolution(const void *h, double *col_value, double *col_dual, double *row_value,
                       double *row_dual);
HInt Highs_getBasis(const void *h, HInt *cols, HInt *rows);
HInt Highs_setBasis(void *h, const HInt *cols, const HInt *rows);
HInt Highs_setLogicalBasis(void *h);
HInt Highs_getDualRay(const void *h, HInt *has, double *ray);
HInt Highs_getPrimalRay(const void *h, HInt *has, double *ray);

/* callbacks */
HInt Highs_setCallback(void *h, highs_callback callback, void *data);
HInt Highs_startCallback(void *h, HInt type);
const void *Highs_getCallbackDataOutItem(const void *out, const char *name);

/* State of one run, shared with the callbacks. It lies in C memory, for Go
 * writes stop while the solver reads it. */
typedef struct {
  int stop;             /* atomic; not 0: HiGHS is asked to return */
  HInt columns;
  uintptr_t observer;   /* cgo.Handle of the run's Go side; 0: nobody listens */
  int64_t next_progress; /* atomic; nanoseconds of the monotonic clock */
} rsm_highs_run_state;

rsm_highs_run_state *rsm_highs_new_run(uintptr_t observer, HInt columns);
void rsm_highs_stop(rsm_highs_run_state *r);
HInt rsm_highs_attach(void *h, rsm_highs_run_state *r);
void rsm_highs_detach(void *h);

/* Calls that may solve something, with the scheduler of the calling OS thread
 * made ready for the given number of threads. */
HInt rsm_highs_run(void *h, HInt threads);
HInt rsm_highs_dual_ray(void *h, HInt threads, HInt *has, double *ray);
HInt rsm_highs_primal_ray(void *h, HInt threads, HInt *has, double *ray);
#endif
