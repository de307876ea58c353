/* glibc before 2.41 cancels a thread inside its system call, and so inside our handler, by unwinding its stack. */
#include <unwind.h>

#include "thread.h"

_Unwind_Reason_Code catchwater_personality(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                           struct _Unwind_Exception *exception, struct _Unwind_Context *context);

/* Of catchwater_entry. The unwinder calls it as it passes, before any cleanup of the program runs. */
__attribute__((visibility("hidden"))) _Unwind_Reason_Code catchwater_personality(
    int version, _Unwind_Action actions, _Unwind_Exception_Class class, struct _Unwind_Exception *exception,
    struct _Unwind_Context *context)
{
    (void)version;
    (void)class;
    (void)exception;
    (void)context;
    if ((actions & _UA_CLEANUP_PHASE) != 0) {
        thread_unwound();
    }
    return _URC_CONTINUE_UNWIND;
}
