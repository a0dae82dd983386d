// SPDX-License-Identifier: BSL-1.0
//
// Does each station of a REGISTER, and each kind of whole ones, a thousand times, and lets callgrind count their
// instructions alone. To be run by tests/bench/gate; the numbers mean something under valgrind only.

#include <support/stages.hpp>
#include <support/world.hpp>

#include <valgrind/callgrind.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere_bench;

constexpr std::uint32_t times = 1000;
constexpr std::uint32_t batch = 50;

void end_count(std::string_view name) {
    CALLGRIND_DUMP_STATS_AT((std::string{name} + "/" + std::to_string(times)).c_str());
}

template <auto Station>
void count_station(std::string_view name) {
    stages one;
    bool done = true;
    CALLGRIND_TOGGLE_COLLECT;
    for (std::uint32_t i = 0; i < times; ++i) done = (one.*Station)() && done;
    CALLGRIND_TOGGLE_COLLECT;
    if (!done) die(std::string{name} + " failed");
    end_count(name);
}

void count_whole(std::string_view name, errand what) {
    constexpr std::uint32_t users = 1000;
    world one{what, users};
    for (std::uint32_t i = 0; i < times / batch; ++i) {
        one.prepare(batch);
        CALLGRIND_TOGGLE_COLLECT;
        one.run();
        CALLGRIND_TOGGLE_COLLECT;
        one.finish();
    }
    one.check(users);
    end_count(name);
}

} // namespace

int main() {
    count_station<&stages::parse>("parse");
    count_station<&stages::read>("read");
    count_station<&stages::plan>("plan");
    count_station<&stages::commit>("commit");
    count_station<&stages::answer>("answer");
    for (const auto& [name, what] : errands) count_whole(name, what);
}
