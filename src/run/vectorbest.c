/* vectorbest.c: which kernels this processor runs. */
#include "run/vector.h"

typedef enum Isa { ISA_BASE, ISA_V3, ISA_V4 } Isa;

static Isa best(void)
{
#ifdef NB_ISA_V4
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw"))
        return ISA_V4;
#endif
#ifdef NB_ISA_V3
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2"))
        return ISA_V3;
#endif
    return ISA_BASE;
}

const Vector_f64 *vector_best_f64(void)
{
    switch (best()) {
#ifdef NB_ISA_V4
    case ISA_V4:
        return &vector_v4_f64;
#endif
#ifdef NB_ISA_V3
    case ISA_V3:
        return &vector_v3_f64;
#endif
    default:
        return &vector_base_f64;
    }
}

const Vector_f32 *vector_best_f32(void)
{
    switch (best()) {
#ifdef NB_ISA_V4
    case ISA_V4:
        return &vector_v4_f32;
#endif
#ifdef NB_ISA_V3
    case ISA_V3:
        return &vector_v3_f32;
#endif
    default:
        return &vector_base_f32;
    }
}
