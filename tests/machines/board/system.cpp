// SPDX-License-Identifier: BSL-1.0
//
// What newlib asks of an operating system, answered by the host that emulates the board. The tests have a heap, for the
// strings and vectors of their own.
#include <examples/embedded/board/semihosting.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <sys/stat.h>
#include <sys/time.h>
#include <utility>

/// From the linker script.
extern "C" char heap_begin[], heap_end[];

namespace {

namespace host = board::semihosting;

char* heap = heap_begin;

} // namespace

extern "C" {

auto _sbrk(std::ptrdiff_t more) -> void* {
    if (more > heap_end - heap) {
        errno = ENOMEM;
        return reinterpret_cast<void*>(-1); // NOLINT: what newlib expects
    }
    return std::exchange(heap, heap + more);
}

auto _write(int, const char* text, int size) -> int {
    host::print({text, static_cast<std::size_t>(size)});
    return size;
}

/// The destructors of static objects run before `_exit`; there are no others.
void _fini() {}

[[noreturn]] void _exit(int status) { host::exit(status); }

auto _gettimeofday(timeval* now, void*) -> int {
    const auto hundredths = host::ask_host(host::call::clock, nullptr);
    *now = {static_cast<time_t>(host::ask_host(host::call::time, nullptr)),
            static_cast<suseconds_t>(hundredths % 100 * 10'000)};
    return 0;
}

/// Good enough for tests: no board should take its secrets from here.
auto getentropy(void* to, std::size_t size) -> int {
    static std::uint32_t state = 2'463'534'242;
    for (auto* byte = static_cast<unsigned char*>(to); size-- != 0; ++byte) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *byte = static_cast<unsigned char>(state >> 24);
    }
    return 0;
}

auto _fstat(int, struct stat* about) -> int {
    about->st_mode = S_IFCHR;
    return 0;
}

/// The environment: of the tests that play drawn histories, each plays a few.
auto getenv(const char* name) -> char* {
    static char few[] = "10";
    return std::string_view{name} == "SIPWHERE_SEEDS" ? few : nullptr;
}

auto _isatty(int) -> int { return 1; }
auto _close(int) -> int { return -1; }
auto _lseek(int, int, int) -> int { return 0; }
auto _read(int, char*, int) -> int { return 0; }
auto _getpid() -> int { return 1; }
auto _kill(int, int) -> int { return -1; }

} // extern "C"
