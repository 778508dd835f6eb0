/* base-test.h: what cmocka wants before its own header. */
#ifndef NB_BASE_TEST_H
#define NB_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#endif
