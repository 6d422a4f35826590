// ACTSEARCH_FOR_EACH_CPU before a function compiles it once for each instruction set and
// lets the loader choose, so that one build is fast on new processors and runs on old
// ones. flatten inlines what it calls into each copy.
#pragma once

#if defined(__x86_64__)
#define ACTSEARCH_FOR_EACH_CPU \
  __attribute__((noinline, flatten, target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ACTSEARCH_FOR_EACH_CPU __attribute__((noinline, flatten))
#endif
