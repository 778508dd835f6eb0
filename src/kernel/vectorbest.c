/* vectorbest.c: which kernels this processor runs. */
#include "kernel/vector.h"

static bool has_v3(void)
{
#ifdef NB_ISA_V3
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi2");
#else
    return false;
#endif
}

static bool has_v4(void)
{
#ifdef NB_ISA_V4
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

static bool has(VectorLevel level)
{
    return level == VECTOR_V4 ? has_v4() : level == VECTOR_V3 ? has_v3() : true;
}

static VectorLevel best(void)
{
    return has(VECTOR_V4)   ? VECTOR_V4
           : has(VECTOR_V3) ? VECTOR_V3
                            : VECTOR_BASE;
}

#ifdef NB_ISA_V3
#define AT_V3(type) [VECTOR_V3] = &vector_v3_##type,
#else
#define AT_V3(type)
#endif
#ifdef NB_ISA_V4
#define AT_V4(type) [VECTOR_V4] = &vector_v4_##type,
#else
#define AT_V4(type)
#endif

#define TABLES(type) {&vector_base_##type, AT_V3(type) AT_V4(type)}

const Vector_f64 *vector_at_f64(VectorLevel level)
{
    const Vector_f64 *table[] = TABLES(f64);
    return has(level) ? table[level] : NULL;
}

const Vector_f32 *vector_at_f32(VectorLevel level)
{
    const Vector_f32 *table[] = TABLES(f32);
    return has(level) ? table[level] : NULL;
}

const Vector_f64 *vector_best_f64(void)
{
    return vector_at_f64(best());
}

const Vector_f32 *vector_best_f32(void)
{
    return vector_at_f32(best());
}

const Vector_c128 *vector_best_c128(void)
{
    const Vector_c128 *table[] = TABLES(c128);
    return table[best()];
}
