// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>
#include <support/skip.hpp>

#include <cstdlib>

namespace {

using sipwhere_shim::note;
using sipwhere_shim::test_case;

test_case* first = nullptr;
test_case** last = &first;
note* innermost = nullptr;
const test_case* running = nullptr;

const char* subcase = nullptr; // the one that this run of the case has entered
unsigned subcases_met = 0;     // by this run
unsigned subcases_done = 0;    // by the runs before

unsigned passed = 0;
unsigned failed = 0;
unsigned skipped = 0;
bool holds_so_far = true;
bool is_skipped = false;

auto conclude() -> int {
    std::printf("[doctest] test cases: %u | %u passed | %u failed | 0 skipped\n", passed + failed, passed, failed);
    std::printf("sipwhere skipped: %u\n", skipped);
    return failed == 0 && passed != 0 ? 0 : 1;
}

void run(const test_case& one) {
    running = &one;
    holds_so_far = true;
    is_skipped = false;
    subcases_done = 0;
    do {
        subcases_met = 0;
        subcase = nullptr;
        one.run();
    } while (++subcases_done < subcases_met);
    ++(holds_so_far ? passed : failed);
    skipped += is_skipped ? 1 : 0;
}

} // namespace

namespace sipwhere_shim {

test_case::test_case(void (*runs)(), const char* named, const char* in) noexcept : run(runs), name(named), file(in) {
    *last = this;
    last = &next;
}

note::note() noexcept : outer(innermost) { innermost = this; }
note::~note() { innermost = outer; }

auto check(bool holds, const char* text, const char* file, int number) -> bool {
    if (holds) return true;
    holds_so_far = false;
    std::printf("%s:%d: ERROR: %s\n  in: %s\n", file, number, text, running->name);
    if (subcase != nullptr) std::printf("  subcase: %s\n", subcase);
    for (const auto* said = innermost; said != nullptr; said = said->outer) {
        std::printf("  ");
        said->print();
        std::printf("\n");
    }
    return false;
}

void give_up() {
    std::printf("what follows did not run\n");
    ++failed;
    std::exit(conclude());
}

auto enters(const char* name) -> bool {
    if (subcases_met++ != subcases_done) return false;
    subcase = name;
    return true;
}

auto run_all() -> int {
    for (const auto* one = first; one != nullptr; one = one->next) run(*one);
    return conclude();
}

} // namespace sipwhere_shim

void sipwhere_test::skip(std::string_view reason) {
    is_skipped = true;
    std::printf("skipped: %.*s\n", static_cast<int>(reason.size()), reason.data());
}

auto main() -> int {
    std::setvbuf(stdout, nullptr, _IONBF, 0); // so that nothing said is lost in a fault
    return sipwhere_shim::run_all();
}
