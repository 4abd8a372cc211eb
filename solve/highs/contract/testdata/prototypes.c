/* Compiles only if capi.h repeats the prototypes of HiGHS' own header. The two
 * calls whose struct arguments capi.h has as void pointers are set apart. */
#include HIGHS_C_API
#define Highs_setCallback unchecked_setCallback
#define Highs_getCallbackDataOutItem unchecked_getCallbackDataOutItem
#include "../../capi.h"
