// SPDX-License-Identifier: BSL-1.0
#include <fuzz/cost_meter.hpp>

#include <cstddef>
#include <cstdint>

namespace {

constexpr std::size_t bytes_of_a_step = 16;

bool is_running = false;
std::uint64_t edges = 0;
std::uint64_t bytes = 0;

void count_bytes(std::size_t size) {
    if (is_running) bytes += size;
}

} // namespace

namespace sipwhere_fuzz {

void start_meter() {
    edges = bytes = 0;
    is_running = true;
}

auto stop_meter() -> std::uint64_t {
    is_running = false;
    return edges + bytes / bytes_of_a_step;
}

} // namespace sipwhere_fuzz

extern "C" {

// The linker sends all calls through here: first what clang and g++ call at each edge, for which libFuzzer has no use.
void __wrap___sanitizer_cov_trace_pc_guard(std::uint32_t*) { edges += is_running ? 1U : 0U; }
void __wrap___sanitizer_cov_trace_pc_guard_init(std::uint32_t*, std::uint32_t*) {}
void __wrap___sanitizer_cov_trace_pc() { edges += is_running ? 1U : 0U; }

auto __real_memcmp(const void* a, const void* b, std::size_t size) -> int;
auto __real_bcmp(const void* a, const void* b, std::size_t size) -> int;
auto __real_memchr(const void* in, int wanted, std::size_t size) -> void*;
auto __real_memcpy(void* to, const void* from, std::size_t size) -> void*;
auto __real_memmove(void* to, const void* from, std::size_t size) -> void*;

auto __wrap_memcmp(const void* a, const void* b, std::size_t size) -> int {
    count_bytes(size);
    return __real_memcmp(a, b, size);
}
auto __wrap_bcmp(const void* a, const void* b, std::size_t size) -> int {
    count_bytes(size);
    return __real_bcmp(a, b, size);
}
auto __wrap_memchr(const void* in, int wanted, std::size_t size) -> void* {
    count_bytes(size);
    return __real_memchr(in, wanted, size);
}
auto __wrap_memcpy(void* to, const void* from, std::size_t size) -> void* {
    count_bytes(size);
    return __real_memcpy(to, from, size);
}
auto __wrap_memmove(void* to, const void* from, std::size_t size) -> void* {
    count_bytes(size);
    return __real_memmove(to, from, size);
}

} // extern "C"
